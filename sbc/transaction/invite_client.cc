#include "sbc/transaction/invite_client.h"

#include <algorithm>

namespace sbc::transaction {
namespace {

/// The peer repeats its response for 64 times a T1 of its own, which we do not know: 32 s at least (RFC
/// 3261 17.1.1.2).
Duration timer_d(const config::Timers& timers) {
  return std::max<Duration>(std::chrono::seconds(32), 64 * timers.t1);
}

}  // namespace

Step InviteClient::on(Event event, const config::Timers& timers, bool reliable) {
  switch (state_) {
    case State::calling:
    case State::proceeding:
      return on_waiting(event, timers, reliable);
    case State::completed:
    case State::accepted:
      return on_answered(event);
    case State::terminated:
      break;
  }
  return {};
}

Step InviteClient::on_waiting(Event event, const config::Timers& timers, bool reliable) {
  Step step;
  switch (event) {
    case Event::begin:
      if (state_ != State::calling) break;
      step.send = true;
      if (!reliable) step.retransmit = DeadlineChange::start(interval_.first(timers.t1));  // timer A
      step.timeout = DeadlineChange::start(64 * timers.t1);                                // timer B
      break;
    case Event::provisional:
      step.pass = true;
      if (state_ == State::proceeding) break;
      state_ = State::proceeding;
      step.retransmit = DeadlineChange::stop();
      step.timeout = DeadlineChange::stop();
      break;
    case Event::success:
      state_ = State::accepted;
      step.pass = true;
      step.retransmit = DeadlineChange::stop();
      step.timeout = DeadlineChange::start(64 * timers.t1);  // timer M
      break;
    case Event::failure:
      state_ = State::completed;
      step.pass = step.acknowledge = true;
      step.retransmit = DeadlineChange::stop();
      step.timeout = DeadlineChange::start(reliable ? Duration(0) : timer_d(timers));
      break;
    case Event::cancelled:  // RFC 3261 9.1: a cancelled INVITE waits no longer than this for its final
                            // response
      if (state_ == State::proceeding) step.timeout = DeadlineChange::start(64 * timers.t1);
      break;
    case Event::retransmit_due:
      if (state_ != State::calling) break;
      step.resend = true;
      step.retransmit = DeadlineChange::start(interval_.next(timers.t1));
      break;
    case Event::timeout_due:
      state_ = State::terminated;
      step.timed_out = true;
      step.retransmit = DeadlineChange::stop();
      break;
  }
  return step;
}

/// Completed acknowledges each retransmitted failure; Accepted passes each further 2xx up (RFC 6026 7.2).
Step InviteClient::on_answered(Event event) {
  Step step;
  step.acknowledge = event == Event::failure && state_ == State::completed;
  step.pass = event == Event::success && state_ == State::accepted;
  if (event == Event::timeout_due) state_ = State::terminated;  // timers D, M
  return step;
}

}  // namespace sbc::transaction
