// InviteServer: the INVITE server transaction of RFC 3261 17.2.1 with RFC 6026's Accepted state. A pure
// machine.
//
// The 2xx is retransmitted by the transaction user (RFC 3261 13.3.1.4); everything else by this machine.
#pragma once

#include "config/model/model.h"
#include "sbc/transaction/interval.h"
#include "sbc/transaction/step.h"

namespace sbc::transaction {

class InviteServer {
 public:
  enum class State : uint8_t { proceeding, completed, confirmed, accepted, terminated };
  enum class Event : uint8_t {
    invite_again,
    provisional,
    success,
    failure,
    ack,
    retransmit_due,
    timeout_due
  };

  State state() const { return state_; }
  bool is_terminated() const { return state_ == State::terminated; }
  bool awaits_final() const { return state_ == State::proceeding; }
  Step on(Event event, const config::Timers& timers, bool reliable);

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.state_, State::accepted);
    Interval::each_field(form, self.interval_);
  }

 private:
  Step on_proceeding(Event event, const config::Timers& timers, bool reliable);
  Step on_completed(Event event, const config::Timers& timers, bool reliable);
  Step on_accepted(Event event) const;

  State state_ = State::proceeding;
  Interval interval_;  // of timer G
};

}  // namespace sbc::transaction
