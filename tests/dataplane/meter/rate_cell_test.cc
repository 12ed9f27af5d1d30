#include "dataplane/meter/rate_cell.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sbc::meter {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{1'000'000'000'000};

int conforming(RateCell& cell, const Gcra& limit, Instant now, int events) {
  int count = 0;
  for (int i = 0; i < events; ++i) count += cell.conforms(limit, now);
  return count;
}

TEST(Gcra, IsTheRateInNanoseconds) {
  EXPECT_EQ(Gcra::of({50, 1s, 100}).interval_ns, 20'000'000);
  EXPECT_EQ(Gcra::of({50, 1s, 100}).tolerance_ns, 99 * 20'000'000ll);
  EXPECT_EQ(Gcra::of({60, 1min, 0}).interval_ns, 1'000'000'000) << "without a burst: one period's worth";
  EXPECT_EQ(Gcra::of({60, 1min, 0}).tolerance_ns, 59'000'000'000);
  EXPECT_EQ(Gcra::of({}).interval_ns, 0);
}

TEST(Gcra, ExtremeRatesStayLimitsAndDoNotOverflow) {
  EXPECT_EQ(Gcra::of({4'000'000'000u, 1s, 0}).interval_ns, 1) << "not unlimited";
  Gcra slow = Gcra::of({1, std::chrono::hours(24 * 365), 4'000'000'000u});
  RateCell cell;
  EXPECT_TRUE(cell.conforms(slow, start));
}

TEST(RateCell, ABurstConformsToTheLastEventAndOnePastDoesNot) {
  for (uint32_t burst : {1u, 2u, 10u, 1000u}) {
    RateCell cell;
    Gcra limit = Gcra::of({50, 1s, burst});
    EXPECT_EQ(conforming(cell, limit, start, int(burst)), int(burst));
    EXPECT_FALSE(cell.conforms(limit, start));
  }
}

TEST(RateCell, AfterABurstOneEventPerInterval) {
  RateCell cell;
  Gcra limit = Gcra::of({50, 1s, 10});
  conforming(cell, limit, start, 100);
  for (int i = 1; i <= 20; ++i) {
    Instant now = start + i * 20ms;
    EXPECT_FALSE(cell.conforms(limit, now - 1ns));
    EXPECT_TRUE(cell.conforms(limit, now));
    EXPECT_FALSE(cell.conforms(limit, now));
  }
}

TEST(RateCell, SilenceRefillsTheBurstAndNoMore) {
  RateCell cell;
  Gcra limit = Gcra::of({50, 1s, 10});
  conforming(cell, limit, start, 10);
  EXPECT_EQ(conforming(cell, limit, start + 100ms, 100), 5);
  EXPECT_EQ(conforming(cell, limit, start + 1h, 100), 10);
}

TEST(RateCell, RefusedEventsDoNotCount) {
  RateCell cell;
  Gcra limit = Gcra::of({1, 1s, 1});
  ASSERT_TRUE(cell.conforms(limit, start));
  conforming(cell, limit, start + 500ms, 10000);
  EXPECT_TRUE(cell.conforms(limit, start + 1s));
}

TEST(RateCell, UnlimitedTakesEverything) {
  RateCell cell;
  EXPECT_EQ(conforming(cell, Gcra::of({}), start, 1000), 1000);
}

TEST(RateCell, ThreadsTogetherNeverPassTheBurst) {
  RateCell cell;
  Gcra limit = Gcra::of({1, 1h, 5000});
  std::atomic<int> passed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back([&] { passed += conforming(cell, limit, start, 10000); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(passed, 5000);
}

}  // namespace
}  // namespace sbc::meter
