// HugeVector<T>: a vector for tables whose places are looked at in no order, on pages of 2 MB where the
// system has them (transparent huge pages, "always" or "madvise"): with pages of 4 KB nearly every look would
// walk the page tables first. Elsewhere a plain vector.
//
// Sized once, at start: growing would copy it, and what is smaller than a huge page comes from the heap.
// Elements are default-initialised: plain bytes and numbers hold nothing yet, and take no memory before they
// are written.
#pragma once

#include <cstddef>
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
    const size_t bytes = bytes_of(count);
    void* memory = ::operator new(bytes, alignment_of(count));
    // Advice: what becomes of it does not matter.
    if (fills_page(count)) madvise(memory, bytes, MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t count) { ::operator delete(memory, alignment_of(count)); }
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }

  friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) { return true; }

 private:
  static bool fills_page(size_t count) { return count * sizeof(T) >= page_bytes; }
  static size_t bytes_of(size_t count) {
    const size_t bytes = count * sizeof(T);
    return fills_page(count) ? (bytes + page_bytes - 1) / page_bytes * page_bytes : bytes;
  }
  static std::align_val_t alignment_of(size_t count) {
    return std::align_val_t(fills_page(count) ? page_bytes : alignof(T));
  }
};

template <class T>
using HugeVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace sbc
