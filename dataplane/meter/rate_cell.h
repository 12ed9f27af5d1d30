// RateCell: the state of one rate limit, one atomic word: GCRA's theoretical arrival time (ITU-T I.371).
#pragma once

#include <atomic>
#include <cstdint>

#include "dataplane/time/instant.h"

namespace sbc::meter {

/// A Rate ready for arithmetic.
struct Gcra {
  int64_t interval_ns = 0;   // between events at the sustained rate; 0 = unlimited
  int64_t tolerance_ns = 0;  // how far ahead of it a burst may run
  static Gcra of(const Rate& rate);
};

class RateCell {
 public:
  /// Counts one event where it conforms; false, and nothing counted, where it does not.
  bool conforms(const Gcra& limit, Instant now);
  bool would_conform(const Gcra& limit, Instant now) const {
    return limit.interval_ns == 0 || ahead_until().ns <= now.ns + limit.tolerance_ns;
  }

  /// Its state; what is past says nothing.
  Instant ahead_until() const { return {theoretical_arrival_ns_.load(std::memory_order_relaxed)}; }
  void resume(Instant ahead_until) {
    theoretical_arrival_ns_.store(ahead_until.ns, std::memory_order_relaxed);
  }

 private:
  std::atomic<int64_t> theoretical_arrival_ns_{0};
};

}  // namespace sbc::meter
