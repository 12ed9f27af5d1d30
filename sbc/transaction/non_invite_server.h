// NonInviteServer: the non-INVITE server transaction of RFC 3261 17.2.2. A pure machine.
#pragma once

#include "config/model/model.h"
#include "sbc/transaction/step.h"

namespace sbc::transaction {

class NonInviteServer {
 public:
  enum class State : uint8_t { trying, proceeding, completed, terminated };
  enum class Event : uint8_t { request_again, provisional, final, timeout_due };

  State state() const { return state_; }
  bool is_terminated() const { return state_ == State::terminated; }
  Step on(Event event, const config::Timers& timers, bool reliable);

 private:
  State state_ = State::trying;
};

}  // namespace sbc::transaction
