// Instant: a point of monotonic time. Time is an argument everywhere; only edges ask a clock.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

#include "config/types/rate.h"

namespace sbc {

struct Instant {
  int64_t ns = 0;  // since an epoch that means nothing outside the process

  static constexpr Instant never() { return {std::numeric_limits<int64_t>::max()}; }
  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
  friend constexpr Instant operator+(Instant t, Duration d) { return {t.ns + d.count()}; }
  friend constexpr Instant operator-(Instant t, Duration d) { return {t.ns - d.count()}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return Duration(a.ns - b.ns); }
};

}  // namespace sbc
