#include "sbc/transaction/invite_client.h"

namespace sbc::transaction {

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
      step.send = true;
      interval_ = timers.t1;
      if (!reliable) step.retransmit = DeadlineChange::start(interval_);  // timer A
      step.timeout = DeadlineChange::start(64 * timers.t1);               // timer B
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
      step.timeout = DeadlineChange::start(reliable ? Duration(0) : 64 * timers.t1);  // timer D
      break;
    case Event::cancelled:  // RFC 3261 9.1: a cancelled INVITE waits no longer than this for its final
                            // response
      if (state_ == State::proceeding) step.timeout = DeadlineChange::start(64 * timers.t1);
      break;
    case Event::retransmit_due:
      if (state_ != State::calling) break;
      step.resend = true;
      interval_ *= 2;
      step.retransmit = DeadlineChange::start(interval_);
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
