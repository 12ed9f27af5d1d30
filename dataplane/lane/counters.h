// Counters of one worker: written by it alone, read by anybody, never locked.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "config/types/ids.h"
#include "config/types/reason.h"

namespace sbc::lane {

/// One writer, any reader.
class Counter {
 public:
  void add(uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

/// Drops and rejections by realm and reason. Realm::none has its own row: packets that reach no realm.
class DropCounters {
 public:
  explicit DropCounters(unsigned realms) : rows_(realms + 1), counters_(rows_ * reason_count) {}
  void add(RealmId realm, Reason reason) { counters_[row_of(realm) * reason_count + size_t(reason)].add(); }
  uint64_t value(RealmId realm, Reason reason) const {
    return counters_[row_of(realm) * reason_count + size_t(reason)].value();
  }

 private:
  size_t row_of(RealmId realm) const { return realm == RealmId::none ? rows_ - 1 : index_of(realm); }
  size_t rows_;
  std::vector<Counter> counters_;
};

}  // namespace sbc::lane
