#include "sbc/transaction/non_invite_server.h"

namespace sbc::transaction {
namespace {

/// How long the client's timer E takes to become T2: a 100 before that is forbidden on UDP, after that it
/// must be sent (RFC 4320 4.1).
Duration trying_after(const config::Timers& timers) {
  Duration after{0};
  for (Duration interval = timers.t1; interval < timers.t2; interval *= 2) after += interval;
  return after;
}

}  // namespace

Step NonInviteServer::on(Event event, const config::Timers& timers, bool reliable) {
  Step step;
  bool answered = !awaits_final();
  switch (event) {
    case Event::wait:
      if (state_ == State::trying) step.retransmit = DeadlineChange::start(trying_after(timers));
      break;
    case Event::trying_due:
      step.pass = state_ == State::trying;
      break;
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
      step.retransmit = DeadlineChange::stop();
      step.timeout = DeadlineChange::start(reliable ? Duration(0) : 64 * timers.t1);  // timer J
      break;
    case Event::timeout_due:
      if (state_ == State::completed) state_ = State::terminated;
      break;
  }
  return step;
}

}  // namespace sbc::transaction
