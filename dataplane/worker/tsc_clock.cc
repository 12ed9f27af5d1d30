#include "dataplane/worker/tsc_clock.h"

#include <time.h>

namespace sbc::worker {

TscClock::TscClock() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  base_cycles_ = rte_rdtsc();
  base_ns_ = int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
  ns_per_cycle_q32_ = uint64_t((Wide(1'000'000'000) << 32) / rte_get_tsc_hz());
}

}  // namespace sbc::worker
