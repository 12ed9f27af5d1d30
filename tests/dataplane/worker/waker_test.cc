// Sleeping and being woken.
#include "dataplane/worker/waker.h"

#include <thread>

#include <gtest/gtest.h>

#include "dataplane/lane/spsc_ring.h"

namespace sbc::worker {
namespace {

using namespace std::chrono_literals;

TEST(Waker, SleepsNoLongerThanTold) {
  Waker waker;
  auto begin = std::chrono::steady_clock::now();
  waker.announce();
  waker.sleep(2ms);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 2ms);
}

TEST(Waker, DoesNotSleepWhenWokenAfterItsAnnouncement) {
  Waker waker;
  waker.announce();
  waker.wake();
  auto begin = std::chrono::steady_clock::now();
  waker.sleep(60s);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

TEST(Waker, NoWakeUpIsLostBetweenTwoThreads) {
  constexpr int items = 2000;
  Waker waker;
  lane::SpscRing<int> ring(4096);
  std::thread producer([&] {
    for (int i = 0; i < items; ++i) {
      while (!ring.push(i)) std::this_thread::yield();
      waker.wake();
    }
  });
  int next = 0;
  bool overslept = false;
  while (next < items) {
    int item;
    if (ring.pop(item)) {
      ASSERT_EQ(item, next++);
      continue;
    }
    waker.announce();
    if (!ring.empty()) {
      waker.withdraw();
      continue;
    }
    auto begin = std::chrono::steady_clock::now();
    waker.sleep(10s);
    overslept |= std::chrono::steady_clock::now() - begin > 9s;
  }
  producer.join();
  EXPECT_FALSE(overslept);
}

}  // namespace
}  // namespace sbc::worker
