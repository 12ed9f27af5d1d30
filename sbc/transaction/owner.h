// Owner: whose a transaction is, which only its user understands.
#pragma once

#include <cstdint>

#include "dataplane/lane/pool.h"

namespace sbc::transaction {

struct Owner {
  lane::Handle leg;   // hears of it; none: nobody does
  uint64_t call = 0;  // whose bytes it is part of while it is open, also when nobody hears of it; 0 = none's

  Owner() = default;
  Owner(lane::Handle leg_, uint64_t call_ = 0) : leg(leg_), call(call_) {}
};

}  // namespace sbc::transaction
