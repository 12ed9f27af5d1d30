#include "sbc/transaction/non_invite_client.h"

namespace sbc::transaction {

Step NonInviteClient::on(Event event, const config::Timers& timers, bool reliable) {
  Step step;
  bool waiting = awaits_final();
  switch (event) {
    case Event::begin:
      if (state_ != State::trying) break;
      step.send = true;
      if (!reliable) step.retransmit = DeadlineChange::start(interval_.first(timers.t1));  // timer E
      step.timeout = DeadlineChange::start(64 * timers.t1);                                // timer F
      break;
    case Event::provisional:
      if (!waiting) break;
      state_ = State::proceeding;
      step.pass = true;
      break;
    case Event::final:
      if (!waiting) break;
      state_ = State::completed;
      step.pass = true;
      step.retransmit = DeadlineChange::stop();
      step.timeout = DeadlineChange::start(reliable ? Duration(0) : timers.t4);  // timer K
      break;
    case Event::retransmit_due:
      if (!waiting) break;
      step.resend = true;
      step.retransmit = DeadlineChange::start(
          state_ == State::proceeding ? timers.t2 : interval_.next(timers.t1, timers.t2));
      break;
    case Event::timeout_due:
      step.timed_out = waiting;
      if (waiting) step.retransmit = DeadlineChange::stop();
      state_ = State::terminated;
      break;
  }
  return step;
}

}  // namespace sbc::transaction
