// LoopCounters: what a worker's loop counts besides drops. Written by the worker, read by anybody.
#pragma once

#include "dataplane/lane/counters.h"

namespace sbc::worker {

struct LoopCounters {
  lane::Counter iterations, busy_iterations, sleeps;
  lane::Counter received, sent;           // frames
  lane::Counter handed_over, taken_over;  // packets to and from other workers
};

}  // namespace sbc::worker
