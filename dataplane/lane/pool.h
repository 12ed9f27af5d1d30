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

#include "config/types/check.h"
#include "dataplane/bytes/huge_vector.h"
#include "dataplane/lane/free_slots.h"

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
  /// The generation stands beside its object, so that a handle that is followed costs one cache miss, not
  /// two.
  struct Slot {
    uint32_t generation = 0;  // odd while in use
    alignas(T) std::byte object[sizeof(T)];
  };

 public:
  static constexpr size_t bytes_per_object = sizeof(Slot);

  explicit Pool(uint32_t capacity) : slots_(capacity), free_(capacity) {}
  ~Pool() {
    each([this](Handle handle, T&) { release(handle); });
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Makes a T from `arguments`; no handle when all are taken.
  template <class... Arguments>
  Handle take(Arguments&&... arguments) {
    const uint32_t index = free_.take();
    if (index == FreeSlots::none) return {};
    Slot& slot = slots_[index];
    ::new (static_cast<void*>(slot.object)) T(std::forward<Arguments>(arguments)...);
    ++slot.generation;
    ++in_use_;
    if (const uint32_t next = free_.next(); next != FreeSlots::none) prefetch(next);
    return {index, slot.generation};
  }
  /// The handle's object must live.
  void release(Handle handle) {
    SBC_CHECK(lives(handle));
    Slot& slot = slots_[handle.index];
    ++slot.generation;
    std::destroy_at(object(handle.index));
    free_.give_back(handle.index);
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
    const uint32_t index = free_.next_taken(from);
    return index == FreeSlots::none ? Handle{} : Handle{index, slots_[index].generation};
  }
  /// Calls visit(handle, object) for each live one; visit may release it.
  template <class Visit>
  void each(Visit&& visit) {
    for (Handle at = next_live(0); at; at = next_live(at.index + 1)) visit(at, *object(at.index));
  }

  /// Brings what stands in this slot, or will, into the cache.
  void prefetch(uint32_t index) const {
    const auto* bytes = reinterpret_cast<const char*>(&slots_[index]);
    for (size_t at = 0; at < sizeof(Slot); at += 64) __builtin_prefetch(bytes + at, 1);
  }

  uint32_t in_use() const { return in_use_; }
  uint32_t capacity() const { return uint32_t(slots_.size()); }

 private:
  T* object(uint32_t index) { return std::launder(reinterpret_cast<T*>(slots_[index].object)); }
  const T* object(uint32_t index) const {
    return std::launder(reinterpret_cast<const T*>(slots_[index].object));
  }

  HugeVector<Slot> slots_;
  FreeSlots free_;
  uint32_t in_use_ = 0;
};

}  // namespace sbc::lane
