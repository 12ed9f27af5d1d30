#include "dataplane/worker/tsc_clock.h"

#include <gtest/gtest.h>
#include <time.h>

namespace sbc::worker {
namespace {

TEST(TscClock, KeepsStepWithTheMonotonicClock) {
  TscClock clock;
  Instant begin = clock.now();
  timespec pause{.tv_sec = 0, .tv_nsec = 50'000'000};
  timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  begin = clock.now();
  nanosleep(&pause, nullptr);
  Instant end = clock.now();
  clock_gettime(CLOCK_MONOTONIC, &after);
  auto ns = [](const timespec& t) { return int64_t(t.tv_sec) * 1'000'000'000 + t.tv_nsec; };
  double ratio = double((end - begin).count()) / double(ns(after) - ns(before));
  EXPECT_GT((end - begin).count(), 49'000'000);
  EXPECT_LT(ratio, 1.02);
  EXPECT_LT(std::abs(begin.ns - ns(before)), 20'000'000);
}

}  // namespace
}  // namespace sbc::worker
