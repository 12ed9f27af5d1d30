// Reporter: what a worker tells the control thread. Never waits: a full ring loses the report and counts it.
// Owned by the worker.
#pragma once

#include <string_view>

#include "dataplane/media/relay_engine.h"
#include "dataplane/meter/rate_cell.h"
#include "sbc/edge/exchange.h"
#include "sbc/edge/sip_gate.h"

namespace sbc::edge {

class Reporter {
 public:
  /// `log_rate` bounds lines about packets, which strangers can cause; other lines always pass.
  explicit Reporter(Exchange& exchange, const Rate& log_rate = {20, std::chrono::seconds(1), 100})
      : exchange_(exchange), log_limit_(meter::Gcra::of(log_rate)) {}

  void cdr(const call::CallRecord& record);
  void log(const call::LogRecord& record) { push(LogReport{record}); }
  /// Lines about calls have a limit of their own, for who begins calls can cause them.
  void about_call(Instant now, const call::LogRecord& record);
  /// A line about a refused packet or message, where the limit lets it; `refused` are the deviations it is
  /// refused for, which come first.
  void refused(Instant now, Reason reason, RealmId realm, const Endpoint& peer, std::string_view detail,
               Deviations refused = {});
  /// The same about a message that a signature matches, whether or not it passes.
  void matched(Instant now, const Admission& admission, RealmId realm, const Endpoint& peer);
  /// Media that was refused, news at one of a call's ports. False where the limit, which is of its own, does
  /// not let the line pass.
  bool intruded(Instant now, const media::Verdict& verdict, RealmId realm, const Endpoint& peer);
  void asked(const HostAsked& asked) { push(asked); }
  void row(uint64_t request, const call::CallRecord& record) { push(CallRow{request, record}); }
  void answer(uint64_t request, bool done) { push(Answered{request, done}); }

 private:
  void push(Report report);

  Exchange& exchange_;
  meter::Gcra log_limit_;
  meter::RateCell log_state_, intrusion_state_, call_state_;
};

}  // namespace sbc::edge
