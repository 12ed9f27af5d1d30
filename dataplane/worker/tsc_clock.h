// TscClock: the monotonic clock of the process, read from the processor's time-stamp counter.
//
// Immutable after construction; every thread may read its own copy, and copies agree. A worker reads it once
// per iteration.
#pragma once

#include <cstdint>

#include <rte_cycles.h>

#include "dataplane/time/instant.h"

namespace sbc::worker {

class TscClock {
 public:
  /// Calibrated by DPDK, so after EAL has started.
  TscClock();

  Instant now() const {
    uint64_t cycles = rte_rdtsc() - base_cycles_;
    return {base_ns_ + int64_t(Wide(cycles) * ns_per_cycle_q32_ >> 32)};
  }

 private:
  __extension__ using Wide = unsigned __int128;

  uint64_t base_cycles_;
  int64_t base_ns_;
  uint64_t ns_per_cycle_q32_;  // 32 binary places
};

}  // namespace sbc::worker
