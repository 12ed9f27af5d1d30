// HugeVector<T>: a vector for tables whose places are looked at in no order, on pages of 2 MB where the
// system has them (transparent huge pages, "always" or "madvise"): with pages of 4 KB nearly every look would
// walk the page tables first. Elsewhere a plain vector.
//
// Sized once, at start: growing would copy it, and what is smaller than a huge page comes from the heap.
// Elements are default-initialised: plain bytes and numbers hold nothing yet, and take no memory before they
// are written.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#include <sys/mman.h>

namespace sbc {

template <class T>
struct HugePageAllocator {
  using value_type = T;
  static constexpr size_t page_bytes = size_t(2) << 20;

  HugePageAllocator() = default;
  template <class U>
  HugePageAllocator(const HugePageAllocator<U>&) {}

  T* allocate(size_t count) {
    const size_t bytes = count * sizeof(T);
    if (bytes < page_bytes) return static_cast<T*>(::operator new(bytes, std::align_val_t(alignof(T))));
    const size_t whole = (bytes + page_bytes - 1) / page_bytes * page_bytes;
    void* memory = std::aligned_alloc(page_bytes, whole);
    if (memory == nullptr) throw std::bad_alloc();
    madvise(memory, whole, MADV_HUGEPAGE);  // advice: what becomes of it does not matter
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t count) {
    if (count * sizeof(T) < page_bytes) return ::operator delete(memory, std::align_val_t(alignof(T)));
    std::free(memory);
  }
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }
  friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) { return true; }
};

template <class T>
using HugeVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace sbc
