// The sources under one key: known, replaced, and not welcome back.
#include "dataplane/srtp/streams.h"

#include <gtest/gtest.h>

namespace sbc::srtp {
namespace {

TEST(Streams, EachSourceHasAWindow) {
  Streams streams;
  EXPECT_EQ(streams.find(0), nullptr);  // as an unused place's
  for (uint32_t ssrc = 0; ssrc < Streams::max; ++ssrc) EXPECT_TRUE(streams.add(ssrc, 100 + ssrc));
  for (uint32_t ssrc = 0; ssrc < Streams::max; ++ssrc) {
    EXPECT_FALSE(streams.add(ssrc, 100 + ssrc));
    EXPECT_TRUE(streams.add(ssrc, 99));
    ASSERT_NE(streams.find(ssrc), nullptr);
    EXPECT_EQ(streams.find(ssrc)->window.highest(), 100 + ssrc);
  }
}

TEST(Streams, TheOneThatWasSilentLongestGoesAndStaysAway) {
  Streams streams;
  for (uint32_t ssrc = 0; ssrc < Streams::max; ++ssrc) EXPECT_TRUE(streams.add(ssrc, 0));
  EXPECT_TRUE(streams.add(0, 1));
  EXPECT_TRUE(streams.add(100, 0));
  EXPECT_EQ(streams.find(1), nullptr);
  EXPECT_FALSE(streams.is_new(1, 0));
  EXPECT_FALSE(streams.add(1, 1000));
  EXPECT_EQ(streams.find(1), nullptr);
  EXPECT_FALSE(streams.add(0, 1));
  for (uint32_t ssrc = 2; ssrc < Streams::max; ++ssrc) EXPECT_NE(streams.find(ssrc), nullptr);
}

TEST(Streams, WhatIsRefusedPushesNobodyOut) {
  Streams streams;
  for (uint32_t ssrc = 0; ssrc < Streams::max; ++ssrc) EXPECT_TRUE(streams.add(ssrc, 0));
  for (uint32_t ssrc = 1000; ssrc < 2000; ++ssrc) EXPECT_TRUE(streams.is_new(ssrc, 0));
  for (uint32_t ssrc = 0; ssrc < Streams::max; ++ssrc) EXPECT_NE(streams.find(ssrc), nullptr);
}

TEST(Streams, NewSourcesAreRarelyTakenForRetiredOnes) {
  Streams streams;
  unsigned refused = 0;
  uint32_t ssrc = 1;
  for (unsigned i = 0; i < 108; ++i, ssrc = ssrc * 1664525 + 1013904223) refused += !streams.add(ssrc, 0);
  EXPECT_LE(refused, 8u);
  unsigned strangers = 0;
  for (unsigned i = 0; i < 10000; ++i, ssrc = ssrc * 1664525 + 1013904223)
    strangers += !streams.is_new(ssrc, 0);
  EXPECT_LE(strangers, 1200u);
}

}  // namespace
}  // namespace sbc::srtp
