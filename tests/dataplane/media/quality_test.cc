#include "dataplane/media/quality.h"

#include <gtest/gtest.h>

namespace sbc::media {
namespace {

using namespace std::chrono_literals;

SideStats stream(uint64_t packets, uint64_t lost, uint32_t runs) {
  SideStats stats;
  stats.packets = packets;
  stats.lost = lost;
  stats.loss_runs = runs;
  stats.codec = rtp::Codec::g711;
  return stats;
}

TEST(Quality, AStreamThatArrivesWholeIsAsGoodAsTelephonyGets) {
  EXPECT_NEAR(mean_opinion_of(stream(1000, 0, 0), {}).value(), 4.41, 0.01);
}

TEST(Quality, LossAndItsBurstsAreHeard) {
  const double whole = mean_opinion_of(stream(1000, 0, 0), {}).value();
  const double random = mean_opinion_of(stream(950, 50, 50), {}).value();
  const double bursts = mean_opinion_of(stream(950, 50, 5), {}).value();
  EXPECT_LT(random, whole - 0.3);
  EXPECT_LT(bursts, random);
}

TEST(Quality, TheBurstRatioIsThatOfRandomLossWhereNothingComesInRuns) {
  EXPECT_EQ(burst_ratio_of(stream(1000, 0, 0)), 1);
  EXPECT_EQ(burst_ratio_of(stream(950, 50, 50)), 1);
  EXPECT_NEAR(burst_ratio_of(stream(950, 50, 10)), 5 * 0.95, 1e-9);
}

/// Half of both ways there and back, twice the jitter, and what a phone adds.
TEST(Quality, DelayCountsOnBothSidesOfUs) {
  SideStats far = stream(1000, 0, 0);
  far.round_trip = 400ms;
  const double one = mean_opinion_of(far, {}).value();
  EXPECT_LT(one, mean_opinion_of(stream(1000, 0, 0), {}).value());
  EXPECT_LT(mean_opinion_of(far, far).value(), one);
  SideStats shaky = stream(1000, 0, 0);
  shaky.jitter = 200ms;
  EXPECT_LT(mean_opinion_of(shaky, {}).value(), one);
}

TEST(Quality, DoublesAreNoPackets) {
  SideStats doubled = stream(2000, 50, 50);
  doubled.duplicates = 1050;
  EXPECT_EQ(mean_opinion_of(doubled, {}), mean_opinion_of(stream(950, 50, 50), {}));
}

TEST(Quality, OfNothingThereIsNoOpinion) {
  EXPECT_FALSE(mean_opinion_of(stream(0, 0, 0), {}));
  SideStats unknown = stream(1000, 0, 0);
  unknown.codec = rtp::Codec::other;
  EXPECT_FALSE(mean_opinion_of(unknown, {}));
}

}  // namespace
}  // namespace sbc::media
