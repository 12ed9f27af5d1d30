// Digits that are INFO on one side and telephone-events (RFC 4733) on the other: what each is told, and what
// the media plane is.
#include "policy/media/formats.h"
#include "tests/sbc/anchor/fixture.h"

namespace sbc::anchor {
namespace {

using config::DigitRule;

const std::string event_101 = "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";

class DigitsTest : public AnchorTest {
 protected:
  void speak(DigitRule outside, DigitRule inside) {
    anchor_.speak_digits(0, outside);
    anchor_.speak_digits(1, inside);
  }
  static std::string audio(const std::string& formats, const std::string& more = "") {
    return sdp("m=audio 4000 RTP/AVP " + formats + "\r\n" + more);
  }
  /// What stands behind the port in what was written last.
  std::string told() const {
    const std::string all = written();
    const size_t at = all.find("RTP/AVP ");
    return at == all.npos ? "" : all.substr(at + 8);
  }
  static bool may_send(const media::Side& side, unsigned type) {
    return side.payload_types[type / 64] >> (type % 64) & 1;
  }
  const media::Side& side(unsigned at) { return first(media::Kind::rtp).sides[at]; }
  /// What is made of digits needs nothing but this of what media has counted.
  struct Flow final : media::StatsReader {
    media::SideStats stats(const media::MediaPort& local) const override {
      media::SideStats stats;
      stats.paused = paused && local == *paused;
      return stats;
    }
    std::optional<media::MediaPort> paused;
  };
  bool takes(uint32_t events) { return anchor_.port_for_digits(events, streams_, flow_).has_value(); }

  Flow flow_;

  static constexpr uint32_t five = 1u << 5, flash = 1u << 16;
};

// RFC 3264 5.1, 6.1: each side may have a number of its own for them.
TEST_F(DigitsTest, OneNumberOnEachSideIsKnownAsTheOtherSides) {
  const std::string event_96 = "a=rtpmap:96 telephone-event/8000\r\n";
  ASSERT_EQ(offer(0, audio("8 101", event_101)), Reason::none);
  ASSERT_EQ(answer(audio("8 96", event_96)), Reason::none);
  EXPECT_EQ(side(0).renumbered[0], (media::Renumbering{101, 96}));
  EXPECT_EQ(side(1).renumbered[0], (media::Renumbering{96, 101}));
  EXPECT_TRUE(may_send(side(0), 96) && !may_send(side(0), 101));
  EXPECT_TRUE(may_send(side(1), 101) && !may_send(side(1), 96));
  ASSERT_EQ(offer(0, audio("8 96", event_96)), Reason::none);
  ASSERT_EQ(answer(audio("8 96", event_96)), Reason::none);
  EXPECT_EQ(side(0).renumbered, (std::array<media::Renumbering, 2>{}));
}

TEST_F(DigitsTest, ANumberThatTheOtherSideHasForAnythingElseIsThat) {
  ASSERT_EQ(offer(0, audio("8 101", event_101)), Reason::none);
  ASSERT_EQ(answer(audio("8 101 96", "a=rtpmap:101 opus/48000/2\r\na=rtpmap:96 telephone-event/8000\r\n")),
            Reason::none);
  EXPECT_EQ(side(0).renumbered[0], media::Renumbering{});
  EXPECT_TRUE(may_send(side(0), 101));
}

TEST_F(DigitsTest, WhoOffersThemIsAnsweredInTheOtherSidesPlace) {
  speak(DigitRule::pass, DigitRule::info);
  ASSERT_EQ(offer(0, audio("8 101", event_101)), Reason::none);
  EXPECT_EQ(told(), "8\r\n");
  EXPECT_FALSE(takes(five)) << "nothing is agreed on yet";
  ASSERT_EQ(answer(audio("8")), Reason::none);
  EXPECT_EQ(told(), "8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n");
  EXPECT_EQ(side(0).event_type, 101);
  EXPECT_TRUE(side(0).tells_digits);
  EXPECT_TRUE(may_send(side(0), 101));
  EXPECT_EQ(side(0).formats.find(101)->codec, rtp::Codec::telephone_event);
  EXPECT_EQ(side(1).event_type, media::no_event_type);
  EXPECT_FALSE(side(1).tells_digits);
  EXPECT_FALSE(may_send(side(1), 101)) << "it was told of none";
  EXPECT_TRUE(may_send(side(1), 8));
  EXPECT_EQ(anchor_.port_for_digits(five, streams_, flow_), side(0).local);
  EXPECT_FALSE(takes(flash)) << "it has listed 0 to 15";
  for (const media::Side& rtcp : first(media::Kind::rtcp).sides) {
    EXPECT_EQ(rtcp.event_type, media::no_event_type);
    EXPECT_FALSE(rtcp.tells_digits);
  }
}

TEST_F(DigitsTest, TheInfoSidesAnswerSaysNothingOfThem) {
  speak(DigitRule::telephone_event, DigitRule::info);
  ASSERT_EQ(offer(0, audio("8 101", event_101)), Reason::none);
  ASSERT_EQ(answer(audio("8 97", "a=rtpmap:97 telephone-event/8000\r\n")), Reason::none);
  EXPECT_EQ(told(), "8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n");
  EXPECT_FALSE(may_send(side(1), 97));
}

TEST_F(DigitsTest, WhoTakesNothingElseIsOfferedThem) {
  speak(DigitRule::info, DigitRule::telephone_event);
  ASSERT_EQ(offer(0, audio("8")), Reason::none);
  EXPECT_EQ(told(), "8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n");
  ASSERT_EQ(answer(audio("8 101", "a=rtpmap:101 telephone-event/8000\r\n")), Reason::none);
  EXPECT_EQ(told(), "8\r\n");
  EXPECT_EQ(side(1).event_type, 101);
  EXPECT_TRUE(side(1).tells_digits);
  EXPECT_TRUE(takes(five));
  EXPECT_TRUE(takes(1u << 15)) << "0 to 15 where it lists none (RFC 4733 2.4.1)";
  EXPECT_FALSE(takes(flash));
}

TEST_F(DigitsTest, OursHaveAFreePayloadTypeForEachClock) {
  speak(DigitRule::info, DigitRule::telephone_event);
  ASSERT_EQ(offer(0, audio("101 96 0 13", "a=rtpmap:101 opus/48000/2\r\na=rtpmap:96 iLBC/8000\r\n")),
            Reason::none);
  EXPECT_TRUE(told().starts_with("101 96 0 13 97 98\r\n")) << told();
  EXPECT_NE(told().find("a=rtpmap:97 telephone-event/48000\r\n"), std::string::npos);
  EXPECT_NE(told().find("a=rtpmap:98 telephone-event/8000\r\n"), std::string::npos);
  ASSERT_EQ(answer(audio("0 97 98",
                         "a=rtpmap:97 telephone-event/48000\r\n"
                         "a=rtpmap:98 telephone-event/8000\r\na=fmtp:98 0-11,16\r\n")),
            Reason::none);
  EXPECT_EQ(side(1).event_type, 98) << "the clock of what flows";
  EXPECT_FALSE(takes(flash)) << "the other one takes none";
  EXPECT_FALSE(takes(1u << 12));
  EXPECT_TRUE(takes(1u << 11));
}

TEST_F(DigitsTest, EventsFollowTheCodecThatWasChosen) {
  speak(DigitRule::pass, DigitRule::info);
  const std::string lines =
      "a=rtpmap:111 opus/48000/2\r\na=rtpmap:110 telephone-event/48000\r\n"
      "a=rtpmap:101 telephone-event/8000\r\n";
  ASSERT_EQ(offer(0, audio("111 8 110 101", lines)), Reason::none);
  ASSERT_EQ(answer(audio("8")), Reason::none);
  EXPECT_EQ(side(0).event_type, 101);
  ASSERT_EQ(offer(0, audio("111 8 110 101", lines)), Reason::none);
  ASSERT_EQ(answer(audio("111", "a=rtpmap:111 opus/48000/2\r\n")), Reason::none);
  EXPECT_EQ(side(0).event_type, 110);
}

TEST_F(DigitsTest, SideThatTakesBothIsOfferedWhatTheOtherOffers) {
  speak(DigitRule::info, DigitRule::pass);
  ASSERT_EQ(offer(0, audio("8")), Reason::none);
  EXPECT_EQ(told(), "8\r\n");
  ASSERT_EQ(answer(audio("8 101", event_101)), Reason::none);
  EXPECT_FALSE(takes(five)) << "it was offered none";
  EXPECT_FALSE(side(1).tells_digits);
  ASSERT_EQ(offer(0, audio("8 99", "a=rtpmap:99 telephone-event/8000\r\n")), Reason::none);
  EXPECT_TRUE(told().starts_with("8 99\r\n")) << told();
  ASSERT_EQ(answer(audio("8 99", "a=rtpmap:99 telephone-event/8000\r\n")), Reason::none);
  EXPECT_EQ(told(), "8\r\n");
  EXPECT_TRUE(takes(five));
}

TEST_F(DigitsTest, WhoRefusesThemGetsInfo) {
  speak(DigitRule::info, DigitRule::telephone_event);
  ASSERT_EQ(offer(0, audio("8")), Reason::none);
  ASSERT_EQ(answer(audio("8")), Reason::none);
  EXPECT_FALSE(takes(five));
  EXPECT_EQ(side(1).event_type, media::no_event_type);
}

TEST_F(DigitsTest, AreMadeOnlyOfAudioThatFlows) {
  speak(DigitRule::pass, DigitRule::info);
  ASSERT_EQ(offer(0, audio("8 101", event_101)), Reason::none);
  ASSERT_EQ(answer(audio("8")), Reason::none);
  EXPECT_TRUE(takes(five));
  flow_.paused = side(0).local;
  EXPECT_TRUE(takes(five)) << "what flows the other way is none of it";
  flow_.paused = side(1).local;
  EXPECT_FALSE(takes(five)) << "its user agent suppresses silence";
  flow_.paused.reset();
  ASSERT_EQ(offer(0, audio("8 101", std::string(event_101) + "a=sendonly\r\n")), Reason::none);
  ASSERT_EQ(answer(audio("8", "a=recvonly\r\n")), Reason::none);
  EXPECT_FALSE(takes(five)) << "it is held";
}

TEST_F(DigitsTest, WhatTheAnswererTakesThemAsIsNotWhatItSends) {
  speak(DigitRule::info, DigitRule::telephone_event);
  ASSERT_EQ(offer(0, audio("96", "a=rtpmap:96 AMR/8000\r\n")), Reason::none);
  EXPECT_TRUE(told().starts_with("96 101\r\n")) << told();
  ASSERT_EQ(answer(audio("97 96", "a=rtpmap:97 AMR/8000\r\na=rtpmap:96 telephone-event/8000\r\n")),
            Reason::none);
  EXPECT_EQ(side(1).event_type, 96);
  EXPECT_EQ(side(1).formats.find(96)->codec, rtp::Codec::amr) << "RFC 3264 6.1: what it was offered as";
  EXPECT_EQ(side(1).formats.find(101)->codec, rtp::Codec::telephone_event);
}

TEST_F(DigitsTest, WhoRefusesThemTellsOfNone) {
  speak(DigitRule::info, DigitRule::telephone_event);
  ASSERT_EQ(offer(0, audio("8")), Reason::none);
  ASSERT_EQ(answer(audio("8")), Reason::none);
  EXPECT_FALSE(side(1).tells_digits);
}

TEST_F(DigitsTest, WhatWasAgreedOnGoesOnWithTheOtherSidesOffers) {
  speak(DigitRule::pass, DigitRule::info);
  ASSERT_EQ(offer(0, audio("8 97", "a=rtpmap:97 telephone-event/8000\r\n")), Reason::none);
  ASSERT_EQ(answer(audio("8")), Reason::none);
  ASSERT_EQ(offer(1, audio("8", "a=sendonly\r\n")), Reason::none);
  EXPECT_TRUE(told().starts_with("8 97\r\n")) << told();
  EXPECT_TRUE(takes(five)) << "while the offer is outstanding";
  ASSERT_EQ(answer(audio("8 97", "a=rtpmap:97 telephone-event/8000\r\na=recvonly\r\n")), Reason::none);
  EXPECT_TRUE(told().starts_with("8\r\n")) << told();
  EXPECT_TRUE(takes(five));
  ASSERT_EQ(offer(1, audio("97", "a=rtpmap:97 iLBC/8000\r\n")), Reason::none);
  EXPECT_TRUE(told().starts_with("97\r\n")) << "its payload type stands for something else: " << told();
  anchor_.withdraw(context());
  carry_out();
  EXPECT_TRUE(takes(five));
}

TEST_F(DigitsTest, WhatIsOfferedOnceMoreIsTheSame) {
  speak(DigitRule::info, DigitRule::telephone_event);
  ASSERT_EQ(offer(0, audio("8")), Reason::none);
  const std::string first = written();
  ASSERT_EQ(answer(audio("8 101", event_101)), Reason::none);
  const size_t installs = relays_.size();
  ASSERT_EQ(offer_again(0, audio("8")), Reason::none);
  EXPECT_EQ(written(), first);
  ASSERT_EQ(answer(audio("8 101", event_101)), Reason::none);
  EXPECT_EQ(relays_.size(), installs);
  EXPECT_TRUE(takes(five));
}

TEST_F(DigitsTest, OfferInTheInfoSidesPlaceKeepsThemForTheOther) {
  speak(DigitRule::info, DigitRule::telephone_event);
  ASSERT_EQ(offer_in_place(0, audio("8 101", event_101)), Reason::none);
  EXPECT_TRUE(told().starts_with("8 101\r\n")) << told();
  ASSERT_EQ(turn(audio("8 101", event_101)), Reason::none);
  EXPECT_TRUE(told().starts_with("8\r\n")) << told();
  text_ = audio("8");
  ASSERT_EQ(session_.parse(text_), Reason::none);
  EXPECT_FALSE(anchor_.narrows(session_, context())) << "it has all that it was offered";
  ASSERT_EQ(answer(audio("8")), Reason::none);
  EXPECT_TRUE(takes(five));
}

TEST_F(DigitsTest, OfferInTheOthersPlaceGivesItsOwn) {
  speak(DigitRule::telephone_event, DigitRule::info);
  ASSERT_EQ(offer_in_place(0, audio("8 101", event_101)), Reason::none);
  EXPECT_EQ(told(), "8\r\n");
  ASSERT_EQ(turn(audio("8")), Reason::none);
  EXPECT_TRUE(told().starts_with("8 101\r\n")) << told();
  ASSERT_EQ(answer(audio("8 101", event_101)), Reason::none);
  EXPECT_TRUE(takes(five));
}

TEST_F(DigitsTest, WhereBothSpeakAlikeNothingIsConverted) {
  for (auto [outside, inside] :
       {std::pair(DigitRule::pass, DigitRule::pass), std::pair(DigitRule::info, DigitRule::info),
        std::pair(DigitRule::telephone_event, DigitRule::telephone_event),
        std::pair(DigitRule::pass, DigitRule::telephone_event)}) {
    speak(outside, inside);
    ASSERT_EQ(offer(0, audio("8 101", event_101)), Reason::none);
    EXPECT_EQ(told(), "8 101\r\n" + event_101);
    ASSERT_EQ(answer(audio("8 101", event_101)), Reason::none);
    EXPECT_EQ(told(), "8 101\r\n" + event_101);
    EXPECT_FALSE(takes(five));
    EXPECT_FALSE(side(0).tells_digits || side(1).tells_digits);
    EXPECT_TRUE(may_send(side(1), 101));
  }
}

TEST_F(DigitsTest, CodecRulesHoldForThoseOfTheirOwnSide) {
  config::CodecRules none;
  none.deny = {"telephone-event"};
  codecs_ = {nullptr, &none};
  speak(DigitRule::telephone_event, DigitRule::info);
  ASSERT_EQ(offer(0, audio("8 101", event_101)), Reason::none);
  ASSERT_EQ(answer(audio("8")), Reason::none);
  EXPECT_TRUE(told().starts_with("8 101\r\n")) << "they are the other side's affair: " << told();
  codecs_ = {&none, nullptr};
  ASSERT_EQ(offer(0, audio("8 101", event_101)), Reason::none);
  ASSERT_EQ(answer(audio("8")), Reason::none);
  EXPECT_EQ(told(), "8\r\n");
  EXPECT_FALSE(takes(five));
}

TEST_F(DigitsTest, VideoHasNone) {
  speak(DigitRule::info, DigitRule::telephone_event);
  ASSERT_EQ(offer(0, sdp("m=video 4000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n")), Reason::none);
  EXPECT_EQ(told(), "96\r\na=rtpmap:96 VP8/90000\r\n");
}

}  // namespace
}  // namespace sbc::anchor
