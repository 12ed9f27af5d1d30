// NonInviteClient: the non-INVITE client transaction of RFC 3261 17.1.2. A pure machine.
#pragma once

#include "config/model/model.h"
#include "sbc/transaction/interval.h"
#include "sbc/transaction/step.h"

namespace sbc::transaction {

class NonInviteClient {
 public:
  enum class State : uint8_t { trying, proceeding, completed, terminated };
  enum class Event : uint8_t { begin, provisional, final, retransmit_due, timeout_due };

  State state() const { return state_; }
  bool is_terminated() const { return state_ == State::terminated; }
  bool awaits_final() const { return state_ == State::trying || state_ == State::proceeding; }
  Step on(Event event, const config::Timers& timers, bool reliable);

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.state_, State::completed);
    Interval::each_field(form, self.interval_);
  }

 private:
  State state_ = State::trying;
  Interval interval_;  // of timer E
};

}  // namespace sbc::transaction
