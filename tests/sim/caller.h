// Caller: the end that sends the INVITE.
#pragma once

#include <map>

#include "tests/sim/agent.h"

namespace sbc::sim {

class Caller : public Agent {
 public:
  Caller(Host& host, CallerScript script, Dice dice);

  void begin();
  void cancel();
  void hang_up() override;
  /// Somebody wants to know how the call was answered.
  void report_to(std::function<void(int status)> report) { report_ = std::move(report); }
  const CallerScript& script() const { return script_; }
  uint32_t retry_after_s() const { return retry_after_s_; }
  bool wrote_cancel() const { return wrote_cancel_; }

 private:
  void on_initial_provisional(const sip::Message& response) override;
  void on_initial_final(Asked& invite, const sip::Message& response) override;
  void on_initial_timeout() override;
  void write_cancel();
  void come_again();
  void acknowledge_provisional(const sip::Message& response);

  CallerScript script_;
  std::function<void(int)> report_;
  bool gave_up_ = false, wrote_cancel_ = false;
  uint32_t retry_after_s_ = 0;
  std::map<std::string, uint32_t> last_rseq_;  // by the early dialog's To tag
};

}  // namespace sbc::sim
