// InviteClient: the INVITE client transaction of RFC 3261 17.1.1 with RFC 6026's Accepted state. A pure
// machine.
#pragma once

#include "config/model/model.h"
#include "sbc/transaction/interval.h"
#include "sbc/transaction/step.h"

namespace sbc::transaction {

class InviteClient {
 public:
  enum class State : uint8_t { calling, proceeding, completed, accepted, terminated };
  enum class Event : uint8_t { begin, provisional, success, failure, cancelled, retransmit_due, timeout_due };

  State state() const { return state_; }
  bool is_terminated() const { return state_ == State::terminated; }
  bool awaits_final() const { return state_ == State::calling || state_ == State::proceeding; }
  Step on(Event event, const config::Timers& timers, bool reliable);

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.state_, State::accepted);
    Interval::each_field(form, self.interval_);
  }

 private:
  Step on_waiting(Event event, const config::Timers& timers, bool reliable);
  Step on_answered(Event event);

  State state_ = State::calling;
  Interval interval_;  // of timer A
};

}  // namespace sbc::transaction
