// Pace: how long a slice is; Progress: how far a forwarder has come, seen twice in a slice.
#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

#include "bench/harness/options.h"

namespace sbc::bench {

struct Pace {
  std::chrono::milliseconds skipped{1'000}, measured{4'000};

  static Pace of(const Options& options) {
    using std::chrono::milliseconds;
    return options.quick ? Pace{milliseconds(200), milliseconds(800)} : Pace{};
  }
};

/// CPU time, not the clock's: what others take from the core meanwhile is nobody's cost.
struct Progress {
  uint64_t cpu_ns = 0, packets = 0;
};

inline double ns_per_packet(const Progress& from, const Progress& to) {
  if (to.packets <= from.packets) return 0;
  return double(to.cpu_ns - from.cpu_ns) / double(to.packets - from.packets);
}

/// `look` returns a Progress. What the forwarder does first (its caches are cold) is not counted.
template <class Look>
double paced(const Pace& pace, Look look) {
  std::this_thread::sleep_for(pace.skipped);
  const Progress from = look();
  std::this_thread::sleep_for(pace.measured);
  return ns_per_packet(from, look());
}

}  // namespace sbc::bench
