#include "dataplane/rtp/codec.h"

#include <gtest/gtest.h>

namespace sbc::rtp {
namespace {

TEST(Codec, GoesByItsEncodingNameInAnyCase) {
  EXPECT_EQ(codec_of("PCMU"), Codec::g711);
  EXPECT_EQ(codec_of("pcma"), Codec::g711);
  EXPECT_EQ(codec_of("OPUS"), Codec::opus);
  EXPECT_EQ(codec_of("Telephone-Event"), Codec::telephone_event);
  for (const char* other : {"", "PCM", "PCMUX", "speex"}) EXPECT_EQ(codec_of(other), Codec::other) << other;
}

TEST(Codec, HasATextThatNamesItAgain) {
  for (auto codec :
       {Codec::g722, Codec::g723, Codec::g728, Codec::g729, Codec::gsm, Codec::gsm_efr, Codec::ilbc,
        Codec::amr, Codec::amr_wb, Codec::opus, Codec::telephone_event, Codec::comfort_noise}) {
    EXPECT_EQ(codec_of(text_of(codec)), codec) << text_of(codec);
  }
  EXPECT_EQ(text_of(Codec::g711), "G711");
  EXPECT_EQ(text_of(Codec::g726), "G726");
  EXPECT_EQ(text_of(Codec::other), "");
}

TEST(Codec, EventsAndNoiseKeepNoTime) {
  EXPECT_FALSE(keeps_time(Codec::telephone_event));
  EXPECT_FALSE(keeps_time(Codec::comfort_noise));
  EXPECT_TRUE(keeps_time(Codec::g711));
  EXPECT_TRUE(keeps_time(Codec::other));
}

TEST(Codec, SaysHowMuchAStreamMayBe) {
  EXPECT_EQ(pace_of(Codec::g711), (Pace{200, 3200}));
  EXPECT_EQ(pace_of(Codec::g729), (Pace{200, 600}));
  EXPECT_EQ(pace_of(Codec::gsm), (Pace{100, 660}));
  EXPECT_EQ(pace_of(Codec::amr_wb), (Pace{100, 1220}));
  EXPECT_EQ(pace_of(Codec::comfort_noise), (Pace{100, 400}));
  EXPECT_EQ(pace_of(Codec::opus), (Pace{800, any_size}));
  EXPECT_EQ(pace_of(Codec::other), pace_of(Codec::opus)) << "nothing is known that could be too much";
  Pace both = pace_of(Codec::g729);
  both.widen(pace_of(Codec::amr_wb));
  EXPECT_EQ(both, (Pace{200, 1220}));
}

}  // namespace
}  // namespace sbc::rtp
