// Glare: two offers have crossed, and one or both have got 491 (RFC 3261 14.1, RFC 3311 5.3).
#pragma once

#include "dataplane/bytes/random.h"
#include "dataplane/time/instant.h"

namespace sbc::call {

/// Until ours is made again: whose Call-ID the dialog has waits for longer, so that they do not cross once
/// more.
inline Duration pause_after_glare(bool call_id_ours, Random& random) {
  constexpr Duration unit = std::chrono::milliseconds(10);
  return unit * int64_t(call_id_ours ? 210 + random.below(191) : random.below(201));
}

}  // namespace sbc::call
