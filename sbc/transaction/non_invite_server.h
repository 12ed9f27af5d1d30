// NonInviteServer: the non-INVITE server transaction of RFC 3261 17.2.2, with the one provisional response
// that RFC 4320 lets it give. A pure machine.
#pragma once

#include "config/model/model.h"
#include "sbc/transaction/step.h"

namespace sbc::transaction {

class NonInviteServer {
 public:
  enum class State : uint8_t { trying, proceeding, completed, terminated };
  /// `wait`: the transaction user answers later. `trying_due`: a 100 is due, to be given as `provisional`.
  enum class Event : uint8_t { wait, request_again, trying_due, provisional, final, timeout_due };

  State state() const { return state_; }
  bool is_terminated() const { return state_ == State::terminated; }
  bool awaits_final() const { return state_ == State::trying || state_ == State::proceeding; }
  Step on(Event event, const config::Timers& timers, bool reliable);

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.state_, State::completed);
  }

 private:
  State state_ = State::trying;
};

}  // namespace sbc::transaction
