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

 private:
  std::atomic<int64_t> theoretical_arrival_ns_{0};
};

}  // namespace sbc::meter
