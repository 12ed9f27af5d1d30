#include "tests/allocation/trap/trap.h"

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SBC_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SBC_SANITIZED 1
#endif
#endif

namespace {

thread_local int armed = 0;
thread_local uint64_t allocations = 0;

void on_allocation() {
  ++allocations;
  if (armed == 0) return;
  armed = 0;
  constexpr std::string_view text = "memory was allocated where none may be\n";
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) std::_Exit(1);
  std::abort();
}

}  // namespace

namespace sbc {

uint64_t allocations_of_this_thread() { return allocations; }

AllocationTrap::AllocationTrap() { ++armed; }
AllocationTrap::~AllocationTrap() { --armed; }

}  // namespace sbc

#ifdef SBC_SANITIZED

// The sanitizers bring an allocator of their own, and a hook.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, size_t),
                                                         void (*on_free)(const volatile void*));

namespace {
[[maybe_unused]] const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, size_t) { on_allocation(); }, [](const volatile void*) {});
}

#else

// In place of the C library's, for the whole program; operator new comes here too.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size) noexcept {
  on_allocation();
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) noexcept {
  on_allocation();
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) noexcept {
  on_allocation();
  return __libc_realloc(memory, size);
}
void* memalign(size_t alignment, size_t size) noexcept {
  on_allocation();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) noexcept { return memalign(alignment, size); }
int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
  *memory = memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}
}

#endif
