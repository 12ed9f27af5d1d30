#include "dataplane/worker/waker.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace sbc::worker {
namespace {

long futex(std::atomic<uint32_t>& word, int operation, uint32_t value, const timespec* timeout) {
  static_assert(sizeof word == sizeof(uint32_t) && std::atomic<uint32_t>::is_always_lock_free);
  return syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), operation, value, timeout, nullptr, 0);
}

}  // namespace

void Waker::sleep(Duration at_most) {
  timespec timeout{.tv_sec = time_t(at_most.count() / 1'000'000'000),
                   .tv_nsec = long(at_most.count() % 1'000'000'000)};
  futex(asleep_, FUTEX_WAIT_PRIVATE, 1, &timeout);
  asleep_.store(0, std::memory_order_relaxed);
}

void Waker::wake_sleeper() {
  asleep_.store(0, std::memory_order_relaxed);
  futex(asleep_, FUTEX_WAKE_PRIVATE, 1, nullptr);
}

}  // namespace sbc::worker
