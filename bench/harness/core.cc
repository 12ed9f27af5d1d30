#include "bench/harness/core.h"

#include <sched.h>

namespace sbc::bench {

bool stay_on_this_core() {
  int core = sched_getcpu();
  if (core < 0) return false;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

}  // namespace sbc::bench
