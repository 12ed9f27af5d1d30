#include "dataplane/lane/spsc_ring.h"

#include <memory>
#include <thread>

#include <gtest/gtest.h>

namespace sbc::lane {
namespace {

TEST(SpscRing, GivesBackInOrderAndRefusesWhenFull) {
  SpscRing<int> ring(4);
  EXPECT_TRUE(ring.empty());
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.push(i));
  EXPECT_FALSE(ring.push(4));
  int item = -1;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(ring.pop(item));
    EXPECT_EQ(item, i);
  }
  EXPECT_FALSE(ring.pop(item));
  EXPECT_TRUE(ring.empty());
}

TEST(SpscRing, WrapsAroundManyTimes) {
  SpscRing<int> ring(2);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(ring.push(i));
    int item = -1;
    ASSERT_TRUE(ring.pop(item));
    ASSERT_EQ(item, i);
  }
}

TEST(SpscRing, CarriesItemsThatOnlyMove) {
  SpscRing<std::unique_ptr<int>> ring(1);
  ASSERT_TRUE(ring.push(std::make_unique<int>(5)));
  std::unique_ptr<int> item;
  ASSERT_TRUE(ring.pop(item));
  EXPECT_EQ(*item, 5);
}

TEST(SpscRing, TwoThreadsLoseAndReorderNothing) {
  constexpr uint64_t count = 200'000;
  SpscRing<uint64_t> ring(64);
  std::thread producer([&] {
    for (uint64_t i = 0; i < count;) {
      if (ring.push(i)) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < count;) {
    uint64_t item = ~uint64_t(0);
    if (!ring.pop(item)) {
      std::this_thread::yield();
      continue;
    }
    wrong += item != i++;
  }
  producer.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_TRUE(ring.empty());
}

}  // namespace
}  // namespace sbc::lane
