#include "dataplane/rtp/e_model.h"

#include <gtest/gtest.h>

namespace sbc::rtp {
namespace {

using namespace std::chrono_literals;

double rating(const Impairments& impairments) { return transmission_rating(impairments).value(); }

/// G.107 annex B, table B.1: R and MOS-CQE side by side.
TEST(EModel, RatingsAndOpinionsAreThoseOfG107) {
  EXPECT_NEAR(mean_opinion_score(90), 4.34, 0.01);
  EXPECT_NEAR(mean_opinion_score(80), 4.03, 0.01);
  EXPECT_NEAR(mean_opinion_score(70), 3.60, 0.01);
  EXPECT_NEAR(mean_opinion_score(60), 3.10, 0.01);
  EXPECT_NEAR(mean_opinion_score(50), 2.58, 0.01);
  EXPECT_NEAR(mean_opinion_score(93.2), 4.41, 0.01);
  EXPECT_EQ(mean_opinion_score(0), 1);
  EXPECT_EQ(mean_opinion_score(100), 4.5);
  EXPECT_GE(mean_opinion_score(3), 1) << "the polynomial goes below";
}

TEST(EModel, NothingImpairsAPerfectStream) { EXPECT_EQ(rating({.codec = Codec::g711}), 93.2); }

/// G.113 appendix I: what coding alone costs.
TEST(EModel, CodecsCostWhatG113Says) {
  EXPECT_NEAR(rating({.codec = Codec::g729}), 93.2 - 11, 1e-9);
  EXPECT_NEAR(rating({.codec = Codec::g723}), 93.2 - 15, 1e-9);
  EXPECT_NEAR(rating({.codec = Codec::gsm_efr}), 93.2 - 5, 1e-9);
}

/// Ie-eff by hand: 95 * 5 / (5 + 25.1) and (95 - 11) * 2 / (2 + 19).
TEST(EModel, LossCostsByTheCodecsRobustness) {
  EXPECT_NEAR(rating({.codec = Codec::g711, .loss = 0.05}), 93.2 - 15.781, 0.001);
  EXPECT_NEAR(rating({.codec = Codec::g729, .loss = 0.02}), 93.2 - 11 - 8, 0.001);
}

TEST(EModel, LossInBurstsCostsMore) {
  Impairments random{.codec = Codec::g729, .loss = 0.05};
  Impairments bursts = random;
  bursts.burst_ratio = 3;
  EXPECT_LT(rating(bursts), rating(random) - 1);
  bursts.burst_ratio = 0.5;  // more regular than by chance: no better than by chance
  EXPECT_EQ(rating(bursts), rating(random));
}

/// Idd: nothing up to 100 ms, 25 * (1 + 1/64)^(1/6) … at 200 and 400 ms, by hand.
TEST(EModel, DelayCostsFromATenthOfASecondOn) {
  EXPECT_EQ(rating({.codec = Codec::g711, .delay = 100ms}), 93.2);
  EXPECT_NEAR(rating({.codec = Codec::g711, .delay = 200ms}), 93.2 - 3.044, 0.01);
  EXPECT_NEAR(rating({.codec = Codec::g711, .delay = 400ms}), 93.2 - 24.070, 0.01);
}

TEST(EModel, StaysWithinItsScale) {
  EXPECT_EQ(rating({.codec = Codec::gsm, .loss = 1, .delay = 2s}), 0);
  EXPECT_EQ(rating({.codec = Codec::g711, .loss = -1}), 93.2);
}

TEST(EModel, SaysNothingOfWhatItDoesNotKnow) {
  EXPECT_FALSE(transmission_rating({.codec = Codec::other}));
  EXPECT_FALSE(transmission_rating({.codec = Codec::telephone_event}));
}

}  // namespace
}  // namespace sbc::rtp
