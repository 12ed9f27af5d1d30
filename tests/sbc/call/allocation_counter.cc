#include "tests/sbc/call/allocation_counter.h"

#include <cstdlib>
#include <new>

namespace {
bool counting = false;
unsigned allocations = 0;
}  // namespace

void AllocationCounter::begin() {
  allocations = 0;
  counting = true;
}

unsigned AllocationCounter::end() {
  counting = false;
  return allocations;
}

void* operator new(size_t size) {
  if (counting) ++allocations;
  void* memory = std::malloc(size);
  if (!memory) std::abort();
  return memory;
}
void* operator new(size_t size, const std::nothrow_t&) noexcept { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
