// Counters of one worker: written by it alone, read by anybody, never locked.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "config/types/deviation.h"
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

/// Counts by realm and by each value of `What`, an enumeration that ends in count_. Realm::none has its own
/// row: packets that reach no realm.
template <class What>
class RealmCounters {
 public:
  explicit RealmCounters(unsigned realms) : rows_(realms + 1), counters_(rows_ * columns) {}
  void add(RealmId realm, What what, uint64_t n = 1) { counters_[place_of(realm, what)].add(n); }
  uint64_t value(RealmId realm, What what) const { return counters_[place_of(realm, what)].value(); }

 private:
  static constexpr size_t columns = size_t(What::count_);
  size_t place_of(RealmId realm, What what) const {
    return (realm == RealmId::none ? rows_ - 1 : index_of(realm)) * columns + size_t(what);
  }
  size_t rows_;
  std::vector<Counter> counters_;
};

using DropCounters = RealmCounters<Reason>;  // drops and rejections
using DeviationCounters = RealmCounters<Deviation>;

}  // namespace sbc::lane
