// Waker: lets an idle worker sleep for a moment and be woken by whoever pushed to one of its rings.
//
// One sleeper, any number of wakers. While the sleeper is awake, waking it costs a fence and a load, no
// system call; so a producer calls wake() once after a batch of pushes. A wake-up is never lost: the sleeper
// announces itself, then looks at its rings once more, then sleeps; the producer pushes, then looks for the
// announcement.
#pragma once

#include <atomic>
#include <cstdint>

#include "config/types/rate.h"

namespace sbc::worker {

class alignas(64) Waker {
 public:
  /// Sleeper: from here on wake() ends the next sleep.
  void announce() { asleep_.exchange(1, std::memory_order_acq_rel); }
  /// Sleeper, after announce() and a last look: sleeps until wake() or the time is over. Ends the
  /// announcement.
  void sleep(Duration at_most);
  /// Sleeper, instead of sleep() where the last look found work.
  void withdraw() { asleep_.store(0, std::memory_order_relaxed); }

  /// Any thread, after a push.
  void wake() {
    if (asleep_.fetch_add(0, std::memory_order_acq_rel) != 0) wake_sleeper();
  }

 private:
  void wake_sleeper();
  std::atomic<uint32_t> asleep_{0};
};

}  // namespace sbc::worker
