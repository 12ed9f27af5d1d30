#include "dataplane/meter/rate_cell.h"

#include <algorithm>

namespace sbc::meter {
namespace {

constexpr int64_t tolerance_ns_max = int64_t(1) << 61;  // leaves room for `now + tolerance`
constexpr int races_max = 16;

}  // namespace

Gcra Gcra::of(const Rate& rate) {
  if (rate.unlimited()) return {};
  int64_t interval = std::max<int64_t>(rate.period.count() / rate.events, 1);
  int64_t ahead = int64_t(rate.burst > 0 ? rate.burst : rate.events) - 1;
  int64_t tolerance = ahead > tolerance_ns_max / interval ? tolerance_ns_max : ahead * interval;
  return {interval, tolerance};
}

bool RateCell::conforms(const Gcra& limit, Instant now) {
  if (limit.interval_ns == 0) return true;
  int64_t seen = theoretical_arrival_ns_.load(std::memory_order_relaxed);
  for (int race = 0; race < races_max; ++race) {
    if (seen > now.ns + limit.tolerance_ns) return false;
    int64_t next = std::max(seen, now.ns) + limit.interval_ns;
    if (theoretical_arrival_ns_.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return true;
  }
  return false;  // each lost race was an event of another worker: this is a flood
}

}  // namespace sbc::meter
