// sbc: the daemon's command line. Everything else is wiring in sbc/daemon.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <new>
#include <stdexcept>

#include "sbc/daemon/daemon.h"
#include "sbc/snapshot/snapshot_builder.h"

namespace {

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

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"sbc: a SIP session border controller on DPDK"};
  std::string config_file, check_file;
  auto* run = app.add_option("--config", config_file, "run with this configuration, in the foreground");
  auto* check =
      app.add_option("--check", check_file, "check this configuration and exit: 0, or 2 with all its errors");
  run->excludes(check);
  app.set_version_flag("--version", SBC_VERSION);
  CLI11_PARSE(app, argc, argv);
  if (config_file.empty() && check_file.empty()) {
    std::fprintf(stderr, "sbc: --config FILE or --check FILE is needed; --help tells more\n");
    return exit_configuration;
  }

  auto builder = std::make_unique<sbc::snapshot::SnapshotBuilder>();
  const std::string& path = check_file.empty() ? config_file : check_file;
  sbc::snapshot::BuildResult first = builder->load(path);
  if (!report(first.problems)) return exit_configuration;
  if (!check_file.empty()) {
    std::printf("%s: correct\n", path.c_str());
    return 0;
  }
  try {
    return sbc::daemon::run(path, std::move(builder));
  } catch (const std::bad_alloc&) {
    return no_memory();
  } catch (const std::length_error&) {
    return no_memory();
  }
}
