// Carries a DeadlineChange over to the timer wheel.
#pragma once

#include "dataplane/time/timer_wheel.h"
#include "sbc/transaction/step.h"

namespace sbc::transaction {

inline void apply(TimerWheel& wheel, uint32_t key, const DeadlineChange& change, Instant now) {
  if (change.what == DeadlineChange::What::start) wheel.arm(key, now + change.after);
  if (change.what == DeadlineChange::What::stop) wheel.cancel(key);
}

}  // namespace sbc::transaction
