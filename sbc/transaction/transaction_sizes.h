// TransactionSizes: how many transactions of a kind there may be at a time, and how many of these with an
// open part: not yet answered, or with messages that may still be sent again.
#pragma once

#include <cstdint>

#include "dataplane/lane/pool.h"

namespace sbc::transaction {

struct TransactionSizes {
  uint32_t all = 0;
  uint32_t open = 0;

  /// Of the timer wheel.
  uint32_t timer_keys() const { return all + open; }
};

/// One of `parts` parts of a pool is kept for what has begun already: it must be able to end.
template <class T>
bool has_spare_of(const lane::Pool<T>& pool, uint32_t parts) {
  return pool.in_use() + pool.capacity() / parts < pool.capacity();
}

}  // namespace sbc::transaction
