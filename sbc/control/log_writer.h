// LogWriter: the readable log, of workers' records and of the control thread itself. Owned by the control
// thread.
//
// Bytes from the network are escaped. One reason fills at most `per_second_max` lines of a second; the rest
// are counted and told in one line, so that a flood of rejects does not become a flood of the disk.
#pragma once

#include <array>
#include <memory>
#include <string>

#include <spdlog/spdlog.h>

#include "policy/compiled/compiled.h"
#include "sbc/call/record.h"

namespace sbc::control {

class LogWriter {
 public:
  static constexpr uint32_t per_second_max = 100;

  /// To standard error until reopen().
  LogWriter();
  /// For tests: to this sink.
  explicit LogWriter(spdlog::sink_ptr sink);

  /// An error text, and the old file stays open, when it can't be opened. Empty = standard error.
  std::string reopen(const config::Log& log);
  void write(const call::LogRecord& record, const policy::Compiled& policy, Instant now);
  void say(call::Severity severity, std::string_view text);
  /// Tells what a past second left out, and writes through.
  void flush(Instant now);

 private:
  bool admit(Reason reason, Instant now);
  void tell_left_out();

  std::shared_ptr<spdlog::logger> logger_;
  Instant second_begun_;
  std::array<uint32_t, reason_count> lines_{};  // of this second, by reason
};

/// "access 198.51.100.7:5060 call 00c0ffee00c0ffee: text (signature: message matches an attack signature)"
std::string log_text(const call::LogRecord& record, const policy::Compiled& policy);

}  // namespace sbc::control
