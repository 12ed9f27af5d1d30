// Published<T>: one immutable value that the publisher replaces and every reader adopts when it likes.
//
// One publisher thread, one thread per Reader. At most two values live: a new one is refused until every
// reader has adopted the last and the one before it is freed. Adopting costs one load while nothing changes.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "config/types/check.h"

namespace sbc::lane {

template <class T>
class Published {
 public:
  /// What one thread has adopted. Its references stay good until its next adopt().
  class alignas(64) Reader {
   public:
    /// Takes the newest value up; false when this reader has it already.
    bool adopt() {
      uint64_t newest = from_->epoch_.load(std::memory_order_acquire);
      if (newest == adopted_.load(std::memory_order_relaxed)) return false;
      value_ = from_->values_[newest & 1].get();
      adopted_.store(newest, std::memory_order_release);
      return true;
    }
    const T& operator*() const { return *value_; }
    const T* operator->() const { return value_; }
    /// Any thread may ask.
    uint64_t epoch() const { return adopted_.load(std::memory_order_acquire); }

   private:
    friend class Published;
    const Published* from_ = nullptr;
    const T* value_ = nullptr;
    std::atomic<uint64_t> adopted_{0};
  };

  /// Every reader starts with `first`, epoch 1.
  Published(unsigned readers, std::unique_ptr<const T> first)
      : reader_count_(readers), readers_(std::make_unique<Reader[]>(readers)) {
    SBC_CHECK(first != nullptr);
    values_[1] = std::move(first);
    for (unsigned i = 0; i < readers; ++i) {
      readers_[i].from_ = this;
      readers_[i].value_ = values_[1].get();
      readers_[i].adopted_.store(1, std::memory_order_relaxed);
    }
  }
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  Reader& reader(unsigned index) {
    SBC_CHECK(index < reader_count_);
    return readers_[index];
  }

  /// Publisher: the value before the newest, for whoever wants a last look before it is freed, once no reader
  /// can look at it any more; null until then, and when there is none.
  std::unique_ptr<const T> retire() {
    return all_adopted() ? std::move(values_[(epoch() - 1) & 1]) : nullptr;
  }
  /// Publisher: frees it where retire() gives it; true when only the newest lives.
  bool settle() {
    retire();
    return older() == nullptr;
  }
  /// Publisher: false, and `next` left with the caller, while the last one is not settled.
  bool publish(std::unique_ptr<const T>& next) {
    SBC_CHECK(next != nullptr);
    if (!settle()) return false;
    uint64_t following = epoch() + 1;
    values_[following & 1] = std::move(next);
    epoch_.store(following, std::memory_order_release);
    return true;
  }
  /// Publisher: the newest value, and the one before it, null once that is retired.
  const T& newest() const { return *values_[epoch() & 1]; }
  const T* older() const { return values_[(epoch() - 1) & 1].get(); }
  /// Any thread: the newest value's number.
  uint64_t epoch() const { return epoch_.load(std::memory_order_acquire); }

 private:
  bool all_adopted() const {
    for (unsigned i = 0; i < reader_count_; ++i) {
      if (readers_[i].epoch() != epoch()) return false;
    }
    return true;
  }

  alignas(64) std::atomic<uint64_t> epoch_{1};
  std::unique_ptr<const T> values_[2];  // by the epoch's lowest bit
  const unsigned reader_count_;
  const std::unique_ptr<Reader[]> readers_;
};

}  // namespace sbc::lane
