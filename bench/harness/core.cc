#include "bench/harness/core.h"

#include <sched.h>

namespace sbc::bench {

bool stay_on_this_core() {
  int core = sched_getcpu();
  return core >= 0 && stay_on_core(core);
}

bool stay_on_core(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

}  // namespace sbc::bench
