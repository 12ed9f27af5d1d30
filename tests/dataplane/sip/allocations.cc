#include "tests/dataplane/sip/allocations.h"

#include <cstdlib>
#include <new>

namespace {
size_t count = 0;
}

// In a file of their own: inlined, they would look like mismatched pairs to the compiler.
void* operator new(size_t size) {
  ++count;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace sbc::sip {

size_t allocations() { return count; }

}  // namespace sbc::sip
