#include "sbc/daemon/daemon.h"

#include <cstdio>
#include <ctime>

#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "sbc/control/control_loop.h"
#include "sbc/daemon/dataplane.h"
#include "sbc/daemon/host_names.h"
#include "sbc/daemon/notify.h"

namespace sbc::daemon {
namespace {

using namespace std::chrono_literals;

constexpr Duration turn = 20ms;            // of the control thread, where nobody asks it anything
constexpr Duration goodbye_max = 3s;       // for the BYEs of the last calls to be answered
constexpr Duration publish_patience = 1s;  // for every worker to adopt the snapshot before
constexpr Duration publish_pause = 5s;     // after that was not enough for what has expired

int64_t wall_clock_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

/// Signals that the control thread reads as events. Blocked before any other thread starts, so none gets
/// them.
class Signals {
 public:
  Signals() {
    sigset_t set;
    sigemptyset(&set);
    for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signal(SIGPIPE, SIG_IGN);
    fd_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    SBC_CHECK(fd_ >= 0);
  }
  ~Signals() { close(fd_); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// 0 when none is waiting.
  int take() {
    signalfd_siginfo info;
    return read(fd_, &info, sizeof info) == sizeof info ? int(info.ssi_signo) : 0;
  }

 private:
  int fd_;
};

class Daemon final : public control::Backend {
 public:
  Daemon(std::string path, std::unique_ptr<snapshot::SnapshotBuilder> builder)
      : path_(std::move(path)), builder_(std::move(builder)) {}

  bool start(std::string& error);
  int serve();

  std::span<edge::Exchange* const> exchanges() override { return exchanges_; }
  snapshot::CompiledPtr policy() const override { return builder_->current(); }
  const policy::Usage& usage() const override { return plane_->usage(); }
  std::vector<uint64_t> signature_hits() override { return plane_->signature_hits(); }
  std::vector<control::PortStatistics> port_statistics() override;
  snapshot::BuildResult reload(bool dry_run) override;
  void on_host_asked(unsigned worker, const edge::HostAsked& asked) override {
    host_names_->on_asked(WorkerId(worker), asked);
  }
  const policy::Hosts& hosts() const override { return host_names_->hosts(); }
  bool block(const policy::Block& block, Instant expires) override {
    return builder_->block(block, expires) != nullptr;
  }
  bool unblock(const policy::Block& block) override { return builder_->unblock(block) != nullptr; }
  void expire(Instant now) override {
    if (now < expire_again_ || !builder_->has_expired(now)) return;
    if (!builder_->expire(now)) expire_again_ = now + publish_pause;
  }
  std::vector<snapshot::TimedBlock> blocks() const override { return builder_->blocks(); }

 private:
  bool publish(const snapshot::CompiledPtr& compiled);
  control::WallClock tell_time();
  void turn_once();
  void drain();
  bool told_to_hurry();
  void command_all(edge::Command::Kind kind);
  Instant now() const { return plane_->clock().now(); }
  void tell_ciphers(const cipher::CipherDevices& ciphers);
  void say(call::Severity severity, std::string_view text) { loop_->log().say(severity, text); }

  std::string path_;
  std::unique_ptr<snapshot::SnapshotBuilder> builder_;
  Signals signals_;
  std::unique_ptr<Dataplane> plane_;
  Instant expire_again_{0};  // not before
  std::vector<edge::Exchange*> exchanges_;
  std::unique_ptr<HostNames> host_names_;
  std::vector<pollfd> polled_;
  std::unique_ptr<control::ControlLoop> loop_;
};

bool Daemon::start(std::string& error) {
  plane_ = Dataplane::start(builder_->current(), error);
  if (!plane_) return false;
  builder_->watch(plane_->usage());
  builder_->publish_through([this](const snapshot::CompiledPtr& compiled) { return publish(compiled); });
  for (unsigned i = 0; i < plane_->workers(); ++i) exchanges_.push_back(&plane_->exchange(WorkerId(i)));
  tell_time();
  control::LoopOptions options;
  options.identity = {SBC_VERSION, now()};
  loop_ = control::ControlLoop::open(*this, options, now(), error);
  if (!loop_) return false;
  host_names_ = std::make_unique<HostNames>(
      *builder_, plane_->usage(),
      [this](call::Severity severity, std::string_view text) { say(severity, text); },
      [this](WorkerId worker, const edge::Command& command) { return plane_->command(worker, command); });
  host_names_->configure(now());
  for (const auto& port : plane_->ports()) {
    say(call::Severity::info, fmt::format("port {}: {}, {} queue{}, MTU {}", port->name(), port->mac().text(),
                                          port->queues(), port->queues() == 1 ? "" : "s", port->mtu()));
  }
  if (plane_->ciphers() != nullptr) tell_ciphers(*plane_->ciphers());
  say(call::Severity::info, plane_->describe());
  return true;
}

void Daemon::tell_ciphers(const cipher::CipherDevices& ciphers) {
  const std::string drivers =
      fmt::format("SRTP by {} and {}", ciphers.drivers().counter_mode, ciphers.drivers().gcm);
  if (ciphers.why_fallback().empty()) return say(call::Severity::info, drivers);
  say(call::Severity::warning,
      fmt::format("{}, at several times the cost: {}", drivers, ciphers.why_fallback()));
}

int Daemon::serve() {
  std::fprintf(stderr, "sbc: ready\n");
  notify_service_manager("READY=1");
  for (;;) {
    int signal = signals_.take();
    if (signal == SIGHUP) {
      notify_service_manager("RELOADING=1");
      loop_->reload(false);
      notify_service_manager("READY=1");
    } else if (signal != 0) {
      break;
    }
    turn_once();
  }
  notify_service_manager("STOPPING=1");
  drain();
  return 0;
}

/// To the workers as soon as there are any, and again at every turn: somebody may set the clock.
control::WallClock Daemon::tell_time() {
  Duration ahead(wall_clock_ns() - now().ns);
  for (edge::Exchange* exchange : exchanges_)
    exchange->wall_ahead_ns.store(ahead.count(), std::memory_order_relaxed);
  return {ahead};
}

void Daemon::turn_once() {
  polled_.clear();
  host_names_->add_pollfds(polled_);
  loop_->wait(turn, polled_);
  loop_->run(now(), tell_time());
  host_names_->run(now());
  plane_->settle();
}

/// No new calls; those that live may go on for a while, then they are ended. A second SIGTERM or
/// SIGINT ends them at once.
void Daemon::drain() {
  Instant deadline = now() + policy()->model->timers.drain;
  say(call::Severity::info, fmt::format("stopping: {} calls may go on for {}", plane_->live_calls(),
                                        duration_text(policy()->model->timers.drain)));
  command_all(edge::Command::Kind::drain);
  turn_once();
  while (plane_->live_calls() > 0 && now() < deadline && !told_to_hurry()) turn_once();
  uint32_t ended = plane_->live_calls();
  command_all(edge::Command::Kind::end_all);
  for (Instant last = now() + goodbye_max; plane_->live_calls() > 0 && now() < last;) turn_once();
  for (Instant last = now() + 200ms; now() < last;) turn_once();  // the counters and CDRs of the last moment
  say(call::Severity::info, fmt::format("stopped: {} calls were ended by us", ended));
}

void Daemon::command_all(edge::Command::Kind kind) {
  if (!plane_->command_all({kind})) say(call::Severity::error, "a worker does not take commands");
}

/// While draining. SIGHUP means what it always does to the files (logrotate sends it); rules stay.
bool Daemon::told_to_hurry() {
  int signal = signals_.take();
  if (signal == SIGHUP) loop_->reopen_files();
  return signal != 0 && signal != SIGHUP;
}

bool Daemon::publish(const snapshot::CompiledPtr& compiled) {
  std::string error;
  for (Instant last = now() + publish_patience; !plane_->publish(compiled, error);) {
    if (!error.empty() || now() >= last) {
      say(call::Severity::error, error.empty() ? "a worker does not adopt new rules" : error);
      return false;
    }
    timespec pause{0, 100'000};
    nanosleep(&pause, nullptr);
  }
  return true;
}

snapshot::BuildResult Daemon::reload(bool dry_run) {
  if (dry_run) return builder_->preview(path_);
  snapshot::BuildResult result = builder_->load(path_, now());
  if (result.compiled) host_names_->configure(now());
  return result;
}

std::vector<control::PortStatistics> Daemon::port_statistics() {
  std::vector<control::PortStatistics> all;
  for (const auto& port : plane_->ports()) {
    port::PortStats stats = port->stats();
    all.push_back({port->name(), stats.rx_packets, stats.tx_packets, stats.lost_before_us(),
                   stats.rx_errors + stats.tx_errors});
  }
  return all;
}

}  // namespace

int run(const std::string& path, std::unique_ptr<snapshot::SnapshotBuilder> builder) {
  Daemon daemon(path, std::move(builder));
  std::string error;
  if (!daemon.start(error)) {
    std::fprintf(stderr, "sbc: %s\n", error.c_str());
    return 1;
  }
  return daemon.serve();
}

}  // namespace sbc::daemon
