// SpscRing: bounded ring between exactly one producer thread and one consumer thread, on std::atomic alone so
// that ThreadSanitizer understands it. Capacity is a power of two. A full ring refuses; nobody waits.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "config/types/check.h"

namespace sbc::lane {

template <class T>
class SpscRing {
 public:
  explicit SpscRing(uint32_t capacity) : mask_(capacity - 1), items_(capacity) {
    SBC_CHECK(std::has_single_bit(capacity));
  }

  /// Producer: false when full.
  bool push(T item) {
    uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ > mask_) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail - head_seen_ > mask_) return false;
    }
    items_[tail & mask_] = std::move(item);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }
  /// Consumer: false when empty.
  bool pop(T& item) {
    uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head == tail_seen_) return false;
    }
    item = std::move(items_[head & mask_]);
    head_.store(head + 1, std::memory_order_release);
    return true;
  }
  /// Any thread; exact only for the consumer.
  bool empty() const {
    return head_.load(std::memory_order_acquire) == tail_.load(std::memory_order_acquire);
  }

 private:
  const uint64_t mask_;
  std::vector<T> items_;
  alignas(64) std::atomic<uint64_t> head_{0};  // next to read
  uint64_t tail_seen_ = 0;                     // consumer's copy
  alignas(64) std::atomic<uint64_t> tail_{0};  // next to write
  uint64_t head_seen_ = 0;                     // producer's copy
};

}  // namespace sbc::lane
