// Pool<T>: up to `capacity` objects in one slab, named by handles that notice when their object is gone.
//
// Owned by one thread. take() and release() are O(1) and touch no heap. A handle holds the slot's generation,
// so one that outlived its object finds nothing, even when the slot is in use again. Objects never move.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "config/types/check.h"

namespace sbc::lane {

/// Names one object of one pool. Fits 64 bits, for rings and timers that carry numbers.
struct Handle {
  uint32_t index = ~0u;
  uint32_t generation = 0;  // odd; 0 = none

  explicit operator bool() const { return generation != 0; }
  uint64_t bits() const { return uint64_t(generation) << 32 | index; }
  static Handle of(uint64_t bits) { return {uint32_t(bits), uint32_t(bits >> 32)}; }
  friend constexpr auto operator<=>(const Handle&, const Handle&) = default;
};

template <class T>
class Pool {
  struct Slot {
    uint32_t generation = 0;  // odd while in use
    uint32_t next_free = 0;
  };
  struct alignas(T) Storage {
    std::byte bytes[sizeof(T)];
  };

 public:
  static constexpr size_t bytes_per_object = sizeof(Slot) + sizeof(Storage);

  explicit Pool(uint32_t capacity) : slots_(capacity), storage_(capacity) {
    for (uint32_t i = 0; i < capacity; ++i) slots_[i].next_free = i + 1;
  }
  ~Pool() {
    each([this](Handle handle, T&) { release(handle); });
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Makes a T from `arguments`; no handle when all are taken.
  template <class... Arguments>
  Handle take(Arguments&&... arguments) {
    if (first_free_ == capacity()) return {};
    uint32_t index = first_free_;
    Slot& slot = slots_[index];
    ::new (static_cast<void*>(storage_[index].bytes)) T(std::forward<Arguments>(arguments)...);
    first_free_ = slot.next_free;
    ++slot.generation;
    ++in_use_;
    return {index, slot.generation};
  }
  /// The handle's object must live.
  void release(Handle handle) {
    SBC_CHECK(lives(handle));
    Slot& slot = slots_[handle.index];
    ++slot.generation;
    std::destroy_at(object(handle.index));
    slot.next_free = first_free_;
    first_free_ = handle.index;
    --in_use_;
  }

  bool lives(Handle handle) const {
    return (handle.generation & 1) != 0 && handle.index < slots_.size() &&
           slots_[handle.index].generation == handle.generation;
  }
  /// Null when the object is gone.
  T* find(Handle handle) { return lives(handle) ? object(handle.index) : nullptr; }
  const T* find(Handle handle) const { return lives(handle) ? object(handle.index) : nullptr; }
  T& operator[](Handle handle) {
    SBC_CHECK(lives(handle));
    return *object(handle.index);
  }
  const T& operator[](Handle handle) const {
    SBC_CHECK(lives(handle));
    return *object(handle.index);
  }

  /// The first live object at slot `from` or behind, no handle at the end. Lets a long walk be made in steps.
  Handle next_live(uint32_t from) const {
    for (uint32_t i = from; i < slots_.size(); ++i) {
      if (slots_[i].generation & 1) return {i, slots_[i].generation};
    }
    return {};
  }
  /// Calls visit(handle, object) for each live one; visit may release it.
  template <class Visit>
  void each(Visit&& visit) {
    for (Handle at = next_live(0); at; at = next_live(at.index + 1)) visit(at, *object(at.index));
  }

  uint32_t in_use() const { return in_use_; }
  uint32_t capacity() const { return uint32_t(slots_.size()); }

 private:
  T* object(uint32_t index) { return std::launder(reinterpret_cast<T*>(storage_[index].bytes)); }
  const T* object(uint32_t index) const {
    return std::launder(reinterpret_cast<const T*>(storage_[index].bytes));
  }

  std::vector<Slot> slots_;
  std::vector<Storage> storage_;
  uint32_t first_free_ = 0;
  uint32_t in_use_ = 0;
};

}  // namespace sbc::lane
