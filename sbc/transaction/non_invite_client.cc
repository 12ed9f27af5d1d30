#include "sbc/transaction/non_invite_client.h"

#include <algorithm>

namespace sbc::transaction {

Step NonInviteClient::on(Event event, const config::Timers& timers, bool reliable) {
  Step step;
  bool waiting = awaits_final();
  switch (event) {
    case Event::begin:
      step.send = true;
      interval_ = timers.t1;
      if (!reliable) step.retransmit = DeadlineChange::start(interval_);  // timer E
      step.timeout = DeadlineChange::start(64 * timers.t1);               // timer F
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
      interval_ = state_ == State::proceeding ? timers.t2 : std::min(2 * interval_, timers.t2);
      step.retransmit = DeadlineChange::start(interval_);
      break;
    case Event::timeout_due:
      step.timed_out = waiting;
      state_ = State::terminated;
      step.retransmit = DeadlineChange::stop();
      break;
  }
  return step;
}

}  // namespace sbc::transaction
