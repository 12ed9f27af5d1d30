#include "sbc/transaction/non_invite_server.h"

namespace sbc::transaction {

Step NonInviteServer::on(Event event, const config::Timers& timers, bool reliable) {
  Step step;
  bool answered = state_ == State::completed || state_ == State::terminated;
  switch (event) {
    case Event::request_again:
      step.resend = state_ == State::proceeding || state_ == State::completed;
      break;
    case Event::provisional:
      if (answered) break;
      state_ = State::proceeding;
      step.send = true;
      break;
    case Event::final:
      if (answered) break;
      state_ = State::completed;
      step.send = true;
      step.timeout = DeadlineChange::start(reliable ? Duration(0) : 64 * timers.t1);  // timer J
      break;
    case Event::timeout_due:
      if (state_ == State::completed) state_ = State::terminated;
      break;
  }
  return step;
}

}  // namespace sbc::transaction
