// sbc: the daemon's command line. Everything else is wiring in sbc/daemon.

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <new>
#include <stdexcept>

#include "sbc/daemon/daemon.h"
#include "sbc/resolver/resolver.h"
#include "sbc/snapshot/snapshot_builder.h"
#include "sbc/trial/trial.h"

namespace {

constexpr int exit_not_taken = 1;
constexpr int exit_configuration = 2;

/// Prints every mistake; true when there is none.
bool report(const sbc::config::Problems& problems) {
  for (const auto& problem : problems)
    std::fprintf(stderr, "%s\n", sbc::config::problem_text(problem).c_str());
  if (!problems.empty()) {
    std::fprintf(stderr, "sbc: %zu error%s, nothing was started\n", problems.size(),
                 problems.size() == 1 ? "" : "s");
  }
  return problems.empty();
}

int no_memory() {
  std::fprintf(stderr,
               "sbc: not enough memory: lower limits.calls_max, limits.transactions_max, limits.sources_max, "
               "limits.neighbours_max, limits.message_bytes_max or workers.count\n");
  return 1;
}

sbc::Instant monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return {int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec};
}

/// What host names of trunks stand for, as a daemon would know it that has just started.
void look_hosts_up(sbc::snapshot::SnapshotBuilder& builder) {
  constexpr sbc::Duration patience = std::chrono::seconds(15);
  sbc::resolver::Resolver resolver;
  const sbc::Instant begun = monotonic_now();
  if (std::string error = resolver.configure(*builder.current()->model, begun); !error.empty())
    std::fprintf(stderr, "sbc: %s\n", error.c_str());
  std::vector<pollfd> polled;
  while (resolver.hosts().awaited() > 0 && monotonic_now() - begun < patience) {
    polled.clear();
    resolver.add_pollfds(polled);
    poll(polled.data(), nfds_t(polled.size()), 20);
    resolver.run(monotonic_now(), [](const auto&) { return true; });
  }
  if (!resolver.hosts().empty()) builder.know(resolver.hosts().table());
}

/// The message of the question is in the file of this name.
int try_out(const std::shared_ptr<const sbc::policy::Compiled>& policy, const std::string& file_name,
            sbc::trial::Question question) {
  constexpr std::streamsize bytes_max = 65'536;
  std::ifstream file(file_name, std::ios::binary);
  question.message.resize(size_t(bytes_max));
  file.read(question.message.data(), bytes_max);
  question.message.resize(size_t(file.gcount()));
  if (question.message.empty() || file.bad()) {
    std::fprintf(stderr, "sbc: %s: cannot be read, or is empty\n", file_name.c_str());
    return exit_configuration;
  }
  std::string error;
  auto outcome = sbc::trial::try_message(policy, question, error);
  if (!outcome) {
    std::fprintf(stderr, "sbc: %s\n", error.c_str());
    return exit_configuration;
  }
  std::printf("%s", sbc::trial::report(*policy, *outcome).c_str());
  return outcome->reason == sbc::Reason::none ? 0 : exit_not_taken;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"sbc: a SIP session border controller on DPDK"};
  std::string config_file, check_file, message_file;
  std::string time;
  sbc::trial::Question question;
  question.at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  auto* run = app.add_option("--config", config_file, "run with this configuration, in the foreground");
  auto* check =
      app.add_option("--check", check_file, "check this configuration and exit: 0, or 2 with all its errors");
  run->excludes(check);
  auto* trial =
      app.add_option("--try", message_file,
                     "take the SIP message in this file through the configuration and print what it "
                     "would do, without starting; exit with 0 where the message is taken, 1 where not");
  auto* from = app.add_option("--from", question.realm, "the realm that the message comes from");
  auto* source = app.add_option("--source", question.source,
                                "its sender's address, or address:port; default: as its topmost Via says");
  auto* at =
      app.add_option("--at", time,
                     "when it comes, for routes that hold at certain hours, as in 2026-11-26T10:30 (UTC) or "
                     "2026-11-26T10:30+01:00; default: now");
  trial->needs(run)->needs(from);
  at->needs(trial);
  from->needs(trial);
  source->needs(trial);
  app.set_version_flag("--version", SBC_VERSION);
  CLI11_PARSE(app, argc, argv);
  if (config_file.empty() && check_file.empty()) {
    std::fprintf(stderr, "sbc: --config FILE or --check FILE is needed; --help tells more\n");
    return exit_configuration;
  }

  if (*at) {
    auto given = sbc::trial::parse_time(time);
    if (!given) {
      std::fprintf(stderr, "sbc: --at '%s': no time, as in 2026-11-26T10:30\n", time.c_str());
      return exit_configuration;
    }
    question.at = *given;
  }

  auto builder = std::make_unique<sbc::snapshot::SnapshotBuilder>();
  const std::string& path = check_file.empty() ? config_file : check_file;
  sbc::snapshot::BuildResult first = builder->load(path, monotonic_now());
  if (!report(first.problems)) return exit_configuration;
  if (!check_file.empty()) {
    std::printf("%s: correct\n", path.c_str());
    return 0;
  }
  try {
    if (*trial) {
      look_hosts_up(*builder);
      return try_out(builder->current(), message_file, std::move(question));
    }
    return sbc::daemon::run(path, std::move(builder));
  } catch (const std::bad_alloc&) {
    return no_memory();
  } catch (const std::length_error&) {
    return no_memory();
  }
}
