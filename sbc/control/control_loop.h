// ControlLoop: what the control thread does between reloads: reads the workers' reports, writes log and CDRs,
// answers sbcctl.
//
// Owned by the control thread:   while (!stop) { loop.wait(20ms); loop.run(now, wall_clock); }
// Only wait() sleeps.
#pragma once

#include <memory>
#include <string>

#include "sbc/control/cdr_writer.h"
#include "sbc/control/commands.h"
#include "sbc/control/log_writer.h"
#include "sbc/control/socket.h"

namespace sbc::control {

struct LoopOptions {
  Identity identity;
  Duration worker_timeout = std::chrono::milliseconds(500);  // for its part of an answer
};

class ControlLoop {
 public:
  /// Opens the socket, log and CDR file of the configuration in force. Null, with what is wrong, when one
  /// can't be.
  static std::unique_ptr<ControlLoop> open(Backend& backend, const LoopOptions& options, Instant now,
                                           std::string& error);

  /// Sleeps until a client wants something, or one of `also` is ready, at most so long; shorter while workers
  /// are asked.
  void wait(Duration at_most, std::span<const pollfd> also = {}) const;
  void run(Instant now, WallClock clock);

  /// As the command `reload`; for SIGHUP. Reopens log and CDR file whether or not the configuration changed.
  snapshot::BuildResult reload(bool dry_run);
  /// Only that; for a SIGHUP while the process stops.
  void reopen_files();
  LogWriter& log() { return log_; }

 private:
  ControlLoop(Backend& backend, const LoopOptions& options, Instant now);
  std::string open_files();
  void drain_cdrs(Instant now);
  void drain_reports(Instant now);
  void on_report(unsigned worker, const edge::Report& report, const policy::Compiled& policy, Instant now);
  void watch_lost_reports();

  Backend& backend_;
  WallClock clock_;
  LogWriter log_;
  CdrWriter cdr_;
  Inquiries inquiries_;
  Sampler sampler_;
  Commands commands_;
  std::unique_ptr<Socket> socket_;
  edge::Report report_;  // those in hand; large
  call::CallRecord record_;
  uint64_t reports_lost_told_ = 0, ring_cdrs_lost_told_ = 0;
};

}  // namespace sbc::control
