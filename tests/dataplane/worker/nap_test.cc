#include "dataplane/worker/nap.h"

#include <gtest/gtest.h>

namespace sbc::worker {
namespace {

using namespace std::chrono_literals;

/// Of a worker that packets have come to at this rate for a while.
Duration settled(double packets_per_second) {
  Nap nap;
  double gathered = 0;
  for (int i = 0; i < 100; ++i) {
    gathered += packets_per_second * std::chrono::duration<double>(nap.length(0ms)).count();
    nap.woke_to(unsigned(gathered));
    gathered -= unsigned(gathered);
  }
  return nap.length(0ms);
}

TEST(Nap, LastsAsLongAsABurstTakesToGather) {
  for (double rate : {20'000., 50'000., 70'000., 150'000., 300'000.}) {
    const double gathered = rate * std::chrono::duration<double>(settled(rate)).count();
    EXPECT_GE(gathered, Nap::few) << rate;
    EXPECT_LE(gathered, Nap::many) << rate;
  }
}

TEST(Nap, IsNeverShorterThanItsCostIsWorthNorLongerThanVoiceMayWait) {
  EXPECT_EQ(settled(3'000'000), 100us);
  EXPECT_EQ(settled(500), 500us);
}

TEST(Nap, IsLongerWhereNothingHasComeForAWhile) {
  Nap nap;
  EXPECT_EQ(nap.length(Nap::quiet_after - 1ns), 100us);
  EXPECT_EQ(nap.length(Nap::quiet_after), 1ms);
}

TEST(Nap, IsShortAgainWithinFourOnceAFloodHasBegun) {
  Nap nap;
  for (int i = 0; i < 10; ++i) nap.woke_to(0);
  ASSERT_EQ(nap.length(0ms), 500us);
  for (int i = 0; i < 3; ++i) nap.woke_to(Nap::many);
  EXPECT_EQ(nap.length(0ms), 100us);
}

}  // namespace
}  // namespace sbc::worker
