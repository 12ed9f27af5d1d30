// Gauge: a shared count with a maximum, one atomic word.
#pragma once

#include <atomic>
#include <cstdint>

#include "config/types/check.h"

namespace sbc::meter {

class Gauge {
 public:
  /// Takes one place; false when `max` are taken.
  bool take(uint32_t max) {
    uint32_t seen = value_.load(std::memory_order_relaxed);
    do {
      if (seen >= max) return false;
    } while (!value_.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed));
    return true;
  }
  void give_back() {
    uint32_t before = value_.fetch_sub(1, std::memory_order_relaxed);
    SBC_CHECK(before > 0);
  }
  uint32_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint32_t> value_{0};
};

}  // namespace sbc::meter
