#include "sbc/transaction/invite_server.h"

namespace sbc::transaction {

Step InviteServer::on(Event event, const config::Timers& timers, bool reliable) {
  Step step;
  switch (state_) {
    case State::proceeding:
      step = on_proceeding(event, timers, reliable);
      break;
    case State::completed:
      step = on_completed(event, timers, reliable);
      break;
    case State::accepted:
      step = on_accepted(event);
      break;
    case State::confirmed:
    case State::terminated:
      break;
  }
  bool waits_for_last_deadline = state_ == State::confirmed || state_ == State::accepted;
  if (event == Event::timeout_due && waits_for_last_deadline) state_ = State::terminated;  // timers I, L
  return step;
}

Step InviteServer::on_proceeding(Event event, const config::Timers& timers, bool reliable) {
  Step step;
  switch (event) {
    case Event::invite_again:
      step.resend = true;
      break;
    case Event::provisional:
      step.send = true;
      break;
    case Event::success:
      state_ = State::accepted;
      step.send = true;
      step.timeout = DeadlineChange::start(64 * timers.t1);  // timer L
      break;
    case Event::failure:
      state_ = State::completed;
      step.send = true;
      if (!reliable) step.retransmit = DeadlineChange::start(interval_.first(timers.t1));  // timer G
      step.timeout = DeadlineChange::start(64 * timers.t1);                                // timer H
      break;
    case Event::ack:
    case Event::retransmit_due:
    case Event::timeout_due:
      break;
  }
  return step;
}

Step InviteServer::on_completed(Event event, const config::Timers& timers, bool reliable) {
  Step step;
  switch (event) {
    case Event::invite_again:
      step.resend = true;
      break;
    case Event::retransmit_due:
      step.resend = true;
      step.retransmit = DeadlineChange::start(interval_.next(timers.t1, timers.t2));
      break;
    case Event::ack:
      state_ = State::confirmed;
      step.retransmit = DeadlineChange::stop();
      step.timeout = DeadlineChange::start(reliable ? Duration(0) : timers.t4);  // timer I
      break;
    case Event::timeout_due:  // timer H: nobody acknowledged
      state_ = State::terminated;
      step.retransmit = DeadlineChange::stop();
      step.timed_out = true;
      break;
    case Event::provisional:
    case Event::success:
    case Event::failure:
      break;
  }
  return step;
}

/// RFC 6026 7.1: retransmitted INVITEs are absorbed, each 2xx comes from the transaction user, ACKs go to it.
Step InviteServer::on_accepted(Event event) const {
  Step step;
  step.send = event == Event::success;
  step.pass = event == Event::ack;
  return step;
}

}  // namespace sbc::transaction
