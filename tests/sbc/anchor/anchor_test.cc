#include "tests/sbc/anchor/fixture.h"

namespace sbc::anchor {
namespace {

TEST_F(AnchorTest, OfferIsWrittenAnewWithNothingOfTheOfferer) {
  ASSERT_EQ(offer(0, sdp("b=AS:64\r\nm=audio 4000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 "
                         "telephone-event/8000\r\n"
                         "a=rtcp:4001\r\na=rtcp-mux\r\na=candidate:1 1 UDP 1 192.0.2.9 4000 typ "
                         "host\r\na=sendrecv\r\n")),
            Reason::none);
  std::string text = written();
  EXPECT_EQ(text.find("192.0.2.9"), text.npos) << text;
  EXPECT_EQ(text.find("alice"), text.npos);
  EXPECT_EQ(text.find("secret"), text.npos);
  uint16_t port = port_in(text, "audio");
  size_t origin = text.find("\r\ns=-");
  EXPECT_EQ(text.substr(origin),
            "\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nb=AS:64\r\nt=0 0\r\nm=audio " + std::to_string(port) +
                " RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                "a=sendrecv\r\n")
      << text;
}

TEST_F(AnchorTest, OfferTellsWhatTheRulesOfBothSidesLetThrough) {
  config::CodecRules access_rules, core_rules;
  access_rules.deny = {"G729"};
  core_rules.order = {"PCMA"};
  core_rules.deny = {"opus"};
  core_rules.ptime = std::chrono::milliseconds(30);
  codecs_ = {&access_rules, &core_rules};
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 0 8 18 96 101\r\na=rtpmap:18 G729/8000\r\na=rtpmap:96 "
                         "opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\na=rtpmap:101 telephone-event/8000\r\n"
                         "a=ptime:20\r\na=sendrecv\r\n")),
            Reason::none);
  std::string text = written();
  EXPECT_NE(
      text.find(" RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\na=ptime:30\r\n"),
      text.npos)
      << text;
  carry_out();
  const std::array<uint64_t, 2> types{uint64_t(1) << 8 | 1, uint64_t(1) << (101 - 64)};
  EXPECT_EQ(first(media::Kind::rtp).sides[0].payload_types, types) << "media of others is refused";
  ASSERT_EQ(answer(sdp("m=audio 5000 RTP/AVP 8\r\n")), Reason::none);
  EXPECT_EQ(written().find("ptime"), std::string::npos) << "the other side has no rule for it";
}

TEST_F(AnchorTest, SectionWithoutAnAllowedCodecIsRejected) {
  config::CodecRules rules;
  rules.allow = {"PCMA"};
  codecs_[1] = &rules;
  std::string video = "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n";
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n" + video)), Reason::none);
  EXPECT_NE(written().find("m=video 0 RTP/AVP 96\r\n"), std::string::npos) << written();
  anchor_.withdraw(context());
  EXPECT_EQ(offer(0, sdp(video)), Reason::sdp_unacceptable);
}

// What we take for a direction the other side takes for one, too
TEST_F(AnchorTest, AttributesAreSpeltAsRegistered) {
  ASSERT_EQ(
      offer(0, sdp("k=clear:secret\r\nm=audio 4000 RTP/AVP 8\r\na=RTPMAP:8 PCMA/8000\r\na=SendOnly\r\n")),
      Reason::none);
  EXPECT_NE(written().find("\r\na=rtpmap:8 PCMA/8000\r\na=sendonly\r\n"), std::string::npos) << written();
  EXPECT_EQ(written().find("secret"), std::string::npos);
}

TEST_F(AnchorTest, RelaysAreInPlaceFromTheOfferOnAndCompleteWithTheAnswer) {
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8 101\r\n")), Reason::none);
  ASSERT_EQ(relays_.size(), 2u);
  media::Relay rtp = first(media::Kind::rtp);
  EXPECT_EQ(rtp.token, 77u);
  EXPECT_EQ(rtp.sides[0].local.realm, access);
  EXPECT_EQ(rtp.sides[1].local.realm, core);
  EXPECT_EQ(rtp.sides[0].remote, *Endpoint::parse("192.0.2.9:4000"));
  EXPECT_EQ(rtp.sides[1].remote, Endpoint{});
  EXPECT_EQ(rtp.sides[1].local.port, port_in(written(), "audio"));
  EXPECT_EQ(rtp.sides[1].dscp, 34);

  ASSERT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8 96\r\n", "IP4 10.9.9.9")), Reason::none);
  rtp = first(media::Kind::rtp);
  EXPECT_EQ(rtp.sides[1].remote, *Endpoint::parse("10.9.9.9:6000"));
  EXPECT_EQ(rtp.sides[0].local.port, port_in(written(), "audio"));
  std::array<uint64_t, 2> both{uint64_t(1) << 8, (uint64_t(1) << (101 - 64)) | (uint64_t(1) << (96 - 64))};
  EXPECT_EQ(rtp.sides[0].payload_types, both);
  EXPECT_EQ(rtp.sides[1].payload_types, both);
  media::Relay rtcp = first(media::Kind::rtcp);
  EXPECT_EQ(rtcp.sides[0].local.port, rtp.sides[0].local.port + 1);
  EXPECT_EQ(rtcp.sides[1].remote, *Endpoint::parse("10.9.9.9:6001"));
  EXPECT_NE(rtcp.cname, 0u);
}

TEST_F(AnchorTest, VideoIsMarkedAsItsRealmHasIt) {
  model_.realms[0].video_dscp = 36;
  ASSERT_EQ(offer(0, sdp("m=video 4000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n")), Reason::none);
  EXPECT_EQ(first(media::Kind::rtp).sides[0].dscp, 36) << "also before the answer";
  ASSERT_EQ(answer(sdp("m=video 5000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n")), Reason::none);
  EXPECT_EQ(first(media::Kind::rtp).sides[0].dscp, 36);
  EXPECT_EQ(first(media::Kind::rtcp).sides[0].dscp, 36);
}

// RFC 7362 section 5: the media plane learns nobody whom the signalling does not vouch for.
TEST_F(AnchorTest, BothRelaysSayWhereEachSidesSignallingComesFrom) {
  anchor_.trust_sdp(0, true, *IpAddress::parse("192.0.2.77"));
  anchor_.trust_sdp(1, true, *IpAddress::parse("10.0.0.77"));
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none);
  for (media::Kind kind : {media::Kind::rtp, media::Kind::rtcp}) {
    EXPECT_EQ(first(kind).sides[0].signalling, *IpAddress::parse("192.0.2.77"));
    EXPECT_EQ(first(kind).sides[1].signalling, *IpAddress::parse("10.0.0.77"));
  }
}

TEST_F(AnchorTest, BothRelaysSayHowMuchOfThatCountsInTheRealm) {
  anchor_.trust_sdp(0, true, *IpAddress::parse("192.0.2.77"));
  model_.realms[0].media.latch_prefix_v4 = 24;
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none);
  for (media::Kind kind : {media::Kind::rtp, media::Kind::rtcp}) {
    EXPECT_EQ(first(kind).sides[0].near_signalling, *Prefix::parse("192.0.2.0/24"));
    EXPECT_FALSE(first(kind).sides[1].near_signalling.contains(*IpAddress::parse("10.0.0.77")));
  }
}

TEST_F(AnchorTest, BothRelaysSayWhereElseASidesMediaMayComeFrom) {
  const std::vector<Prefix> prefixes{*Prefix::parse("203.0.113.64/26"), *Prefix::parse("2001:db8:f::/48")};
  media_from_[1] = prefixes;
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none);
  for (media::Kind kind : {media::Kind::rtp, media::Kind::rtcp}) {
    EXPECT_TRUE(first(kind).sides[0].other_sources.all().empty());
    EXPECT_TRUE(std::ranges::equal(first(kind).sides[1].other_sources.all(), prefixes));
  }
  ASSERT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9")), Reason::none);
  media_from_[1] = std::span(prefixes).first(1);
  changed_ = 0;
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none);
  EXPECT_EQ(changed_, 2u) << "other ones are installed, of RTP and RTCP";
}

TEST_F(AnchorTest, WhatOnlyTheTrustInTheSdpChangesIsInstalledAgain) {
  auto agree_again = [this] {
    EXPECT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none);
    size_t changes = changed_;
    EXPECT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9")), Reason::none);
    return changes + changed_;
  };
  EXPECT_GT(agree_again(), 0u);
  EXPECT_EQ(agree_again(), 0u);
  anchor_.trust_sdp(0, true, *IpAddress::parse("192.0.2.77"));
  EXPECT_EQ(agree_again(), 2u);  // RTP and RTCP
  EXPECT_EQ(first(media::Kind::rtp).sides[0].signalling, *IpAddress::parse("192.0.2.77"));
  anchor_.trust_sdp(0, false, *IpAddress::parse("192.0.2.77"));
  EXPECT_EQ(agree_again(), 2u);
  EXPECT_TRUE(first(media::Kind::rtp).sides[0].await_latch);
}

// RFC 7362 section 5
TEST_F(AnchorTest, WhatIsAgreedOnAgainIsWaitedForAnew) {
  auto renewed = [this] {
    EXPECT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none);
    changed_ = 0;
    EXPECT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9")), Reason::none);
    return changed_;
  };
  set_latch_windows(30s);
  renewed();
  for (const media::Side& side : first(media::Kind::rtp).sides) EXPECT_EQ(side.latch_window, 30s);
  EXPECT_EQ(renewed(), 2u) << "RTP and RTCP";
  set_latch_windows(0s);
  renewed();
  EXPECT_EQ(renewed(), 0u) << "nobody counts how long";
}

TEST_F(AnchorTest, CodecsSayHowMuchMayCome) {
  auto pace = [this](const std::string& offered, const std::string& answered) {
    EXPECT_EQ(offer(0, sdp(offered)), Reason::none);
    EXPECT_EQ(answer(sdp(answered, "IP4 10.9.9.9")), Reason::none);
    return first(media::Kind::rtp).pace;
  };
  EXPECT_EQ(pace("m=audio 4000 RTP/AVP 18\r\n", "m=audio 6000 RTP/AVP 18\r\n"), (rtp::Pace{250, 600}));
  EXPECT_EQ(pace("m=audio 4000 RTP/AVP 18 0\r\n", "m=audio 6000 RTP/AVP 18\r\n"), (rtp::Pace{250, 3200}))
      << "the offerer may be sent, and send, all that it has named";
  EXPECT_EQ(pace("m=audio 4000 RTP/AVP 18 99\r\n", "m=audio 6000 RTP/AVP 18\r\n"),
            (rtp::Pace{850, rtp::any_size}))
      << "nobody says what 99 is";
}

TEST_F(AnchorTest, AnotherPacketRateIsInstalledAgain) {
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none);
  ASSERT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9")), Reason::none);
  uint16_t before = first(media::Kind::rtp).pace.packets_per_second;
  ASSERT_EQ(offer(0, sdp("m=video 4000 RTP/AVP 8\r\n")), Reason::none);
  ASSERT_EQ(answer(sdp("m=video 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9")), Reason::none);
  EXPECT_GT(first(media::Kind::rtp).pace.packets_per_second, before);
}

TEST_F(AnchorTest, ClosingReturnsEverythingToRest) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\nm=video 4002 RTP/AVP 99\r\n"));
  EXPECT_EQ(relays_.size(), 4u);
  anchor_.close(context());
  carry_out();
  EXPECT_TRUE(relays_.empty());
  EXPECT_EQ(ports_.leased(), 0u);
  EXPECT_EQ(ports_.resting(), 8u);
}

TEST_F(AnchorTest, SidesMayDifferInFamily) {
  ASSERT_EQ(anchor_.place(1, core, Family::v6, context()), Reason::none);
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none);
  EXPECT_NE(written().find("c=IN IP6 2001:db8:c::1\r\n"), std::string::npos) << written();
  ASSERT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP6 2001:db8:c::9")), Reason::none);
  EXPECT_NE(written().find("c=IN IP4 203.0.113.1\r\n"), std::string::npos) << written();
}

// RFC 3264 6: as many sections as the offer, in its order, refused ones with port 0
TEST_F(AnchorTest, RefusedAndUnsupportedSectionsStayInPlace) {
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/SAVP 0\r\nm=audio 4002 RTP/AVP 8\r\nm=video 4004 RTP/AVP 99\r\n")),
            Reason::none);
  std::string text = written();
  EXPECT_NE(text.find("m=audio 0 RTP/SAVP 0\r\nm=audio "), text.npos) << text;
  EXPECT_EQ(relays_.size(), 4u);
  ASSERT_EQ(answer(sdp("m=audio 9 RTP/SAVP 0\r\nm=audio 6002 RTP/AVP 8\r\nm=video 0 RTP/AVP 99\r\n",
                       "IP4 10.9.9.9")),
            Reason::none);
  text = written();
  EXPECT_NE(text.find("m=audio 0 RTP/SAVP 0\r\nm=audio 20"), text.npos) << text;
  EXPECT_TRUE(text.ends_with("m=video 0 RTP/AVP 99\r\n")) << text;
  EXPECT_EQ(relays_.size(), 2u) << "the refused stream's relays are gone";
}

TEST_F(AnchorTest, ImageStreamTakesOneRelay) {
  ASSERT_EQ(offer(0, sdp("m=image 4000 udptl t38\r\na=T38FaxVersion:0\r\n")), Reason::none);
  EXPECT_EQ(relays_.size(), 1u);
  EXPECT_EQ(first(media::Kind::opaque).sides[0].remote, *Endpoint::parse("192.0.2.9:4000"));
}

class OtherMediaTest : public AnchorTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(offer(0, audio_), Reason::none);
    ASSERT_EQ(answer(audio_back_), Reason::none);
    port_ = first(media::Kind::rtp).sides[0].local.port;
  }
  const std::string audio_ = sdp("m=audio 4000 RTP/AVP 8\r\n");
  const std::string audio_back_ = sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9");
  const std::string image_ = sdp("m=image 4000 udptl t38\r\n");
  const std::string image_back_ = sdp("m=image 6004 udptl t38\r\n", "IP4 10.9.9.9");
  uint16_t port_ = 0;
};

// RFC 3264 8.3.3: fax in the place of voice, and back
TEST_F(OtherMediaTest, TakesThePlaceOfAStreamOnceItIsAgreedOn) {
  ASSERT_EQ(offer(1, image_back_), Reason::none);
  EXPECT_NE(written().find("m=image " + std::to_string(port_) + " udptl t38\r\n"), std::string::npos)
      << written();
  EXPECT_EQ(first(media::Kind::rtp).sides[1].remote, *Endpoint::parse("10.9.9.9:6000"));
  ASSERT_EQ(answer(image_), Reason::none);
  EXPECT_EQ(relays_.size(), 1u);
  EXPECT_EQ(changed_, 2u) << "RTCP's relay goes; the stream's stays, and with it what is known of its peers";
  EXPECT_EQ(first(media::Kind::opaque).sides[0].local.port, port_);
  EXPECT_EQ(first(media::Kind::opaque).sides[0].remote, *Endpoint::parse("192.0.2.9:4000"));
  EXPECT_EQ(first(media::Kind::opaque).sides[1].remote, *Endpoint::parse("10.9.9.9:6004"));
  EXPECT_FALSE(anchor_.has_audio(streams_));
  ASSERT_EQ(offer(0, audio_), Reason::none);
  EXPECT_EQ(relays_.size(), 1u) << "until it is answered";
  ASSERT_EQ(answer(audio_back_), Reason::none);
  EXPECT_EQ(relays_.size(), 2u);
  EXPECT_EQ(first(media::Kind::rtp).sides[1].remote, *Endpoint::parse("10.9.9.9:6000"));
  EXPECT_TRUE(anchor_.expects_audio(streams_));
}

TEST_F(OtherMediaTest, HasAPaceOfItsOwnWhateverItsTypeIsCalled) {
  EXPECT_EQ(first(media::Kind::rtp).pace.packets_per_second, 250);
  ASSERT_EQ(offer(1, image_back_), Reason::none);
  ASSERT_EQ(answer(image_), Reason::none);
  EXPECT_EQ(first(media::Kind::opaque).pace, (rtp::Pace{250, rtp::any_size}));
  Terms fax;
  fax.known = true;
  fax.type = MediaType::audio;
  EXPECT_EQ(pace_of(fax), first(media::Kind::opaque).pace) << "m=audio 4000 udptl t38";
}

TEST_F(OtherMediaTest, IsNoneThatIsOfferedAgain) {
  ASSERT_EQ(offer(1, image_back_), Reason::none);
  ASSERT_EQ(answer(image_), Reason::none);
  EXPECT_EQ(offer_again(0, audio_), Reason::sdp_unacceptable) << "what was said before it";
  EXPECT_EQ(first(media::Kind::opaque).sides[0].local.port, port_);
  EXPECT_EQ(offer_again(0, image_), Reason::none);
}

TEST_F(OtherMediaTest, ThatIsNotTakenLeavesTheStreamAsItWas) {
  ASSERT_EQ(offer(1, image_back_), Reason::none);
  EXPECT_EQ(answer(audio_), Reason::sdp_unacceptable) << "RFC 3264 6: of the type that was offered";
  anchor_.withdraw(context());
  carry_out();
  EXPECT_EQ(relays_.size(), 2u);
  EXPECT_EQ(first(media::Kind::rtp).sides[1].remote, *Endpoint::parse("10.9.9.9:6000"));
}

TEST_F(OtherMediaTest, ThatIsRefusedWithPort0EndsTheStream) {
  ASSERT_EQ(offer(1, image_back_), Reason::none);
  ASSERT_EQ(answer(sdp("m=image 0 udptl t38\r\n")), Reason::none);
  EXPECT_TRUE(relays_.empty());
}

// RFC 3264 6
TEST_F(AnchorTest, AnswerThatDoesNotFitTheOfferIsRefusedAndChangesNothing) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\nm=video 4002 RTP/AVP 99\r\n"));
  for (const char* media :
       {"m=audio 6000 RTP/AVP 8\r\n", "m=image 6000 udptl t38\r\nm=video 6002 RTP/AVP 99\r\n"}) {
    EXPECT_EQ(answer(sdp(media, "IP4 10.9.9.9")), Reason::sdp_unacceptable) << media;
  }
  EXPECT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\nm=video 6002 RTP/AVP 99\r\n", "IP4 127.0.0.1")),
            Reason::sdp_unacceptable);
  EXPECT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\nm=video 6002 RTP/AVP 99\r\n", "IP6 2001:db8::9")),
            Reason::sdp_unacceptable);
  EXPECT_TRUE(anchor_.offer_outstanding());
  EXPECT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\nm=video 0 RTP/AVP 99\r\n", "IP4 10.9.9.9")), Reason::none);
}

// RFC 3264 8: the version moves with the content, the session id never
TEST_F(AnchorTest, OriginVersionMovesOnlyWithTheContent) {
  auto origin = [this] { return written().substr(5, written().find("\r\n", 5) - 5); };
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  std::string first_origin = origin();
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"));
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  EXPECT_EQ(origin(), first_origin);
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"));
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\na=sendonly\r\n"));
  std::string id = first_origin.substr(0, first_origin.find(" 1 IN"));
  EXPECT_EQ(origin(), id + " 2 IN IP4 10.0.0.1");
}

// RFC 3264 6: the answer keeps each section's media type
TEST_F(AnchorTest, AnswerOfAnotherMediaTypeIsUnacceptable) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  EXPECT_EQ(answer(sdp("m=video 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9")), Reason::sdp_unacceptable);
  EXPECT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9")), Reason::none);
}

// RFC 3264 8.4: our address stands in c=, so the direction has to tell the hold
TEST_F(AnchorTest, HoldByAnUnspecifiedAddressIsToldAsADirection) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"));
  auto told = [this](std::string direction) {
    EXPECT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n" + direction, "IP4 0.0.0.0")), Reason::none);
    anchor_.withdraw(context());
    carry_out();
    std::string text = written();
    return text.substr(text.find("RTP/AVP 8\r\n") + 11);
  };
  EXPECT_EQ(told(""), "a=sendonly\r\n");
  EXPECT_EQ(told("a=sendrecv\r\n"), "a=sendonly\r\n");
  EXPECT_EQ(told("a=sendonly\r\n"), "a=sendonly\r\n");
  EXPECT_EQ(told("a=recvonly\r\n"), "a=inactive\r\n");
  EXPECT_EQ(told("a=inactive\r\n"), "a=inactive\r\n");
}

TEST_F(AnchorTest, HoldByTheUnspecifiedAddressOfIpv6IsToldToo) {
  std::string held = "m=audio 4000 RTP/AVP 8\r\n";
  ASSERT_EQ(offer(0, sdp(held, "IP6 2001:db8::9")), Reason::none);
  ASSERT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9")), Reason::none);
  ASSERT_EQ(offer(0, sdp(held, "IP6 ::")), Reason::none);
  EXPECT_TRUE(written().ends_with("RTP/AVP 8\r\na=sendonly\r\n")) << written();
}

TEST_F(AnchorTest, MediaLinesAreMadeOfKnownWordsOnly) {
  ASSERT_EQ(offer(0, sdp("b=secrethost:64\r\nm=audio 4000 RTP/AVP 8 pbx.secret.lan 101 128\r\n"
                         "a=fmtp:8 node=pbx.secret.lan\r\na=content:pbx.secret.lan\r\n"
                         "a=sendrecv:secrethost\r\na=fmtp:101 0-15\r\n"
                         "m=pbx.secret.lan 0 RTP/AVP 8\r\nm=pbx.secret.lan 4002 RTP/AVP 8\r\n"
                         "m=audio 4004 secret/AVP 8\r\nm=message 4006 TCP/MSRP *\r\n"
                         "m=audio 4008 RTP/AVP secrethost\r\nm=image 4010 udptl t38 secrethost\r\n"
                         "a=T38FaxRateManagement:transferredTCF\r\n"
                         "m=audio 0 RTP/AVP\r\n")),
            Reason::none);
  std::string text = written();
  EXPECT_EQ(text.find("secret"), text.npos) << text;
  std::string audio = std::to_string(port_in(text, "audio")), image = std::to_string(port_in(text, "image"));
  EXPECT_EQ(text.substr(text.find("t=0 0\r\n") + 7),
            "m=audio " + audio +
                " RTP/AVP 8 101\r\na=fmtp:101 0-15\r\nm=application 0 RTP/AVP 8\r\n"
                "m=application 0 RTP/AVP 8\r\nm=audio 0 RTP/AVP 0\r\nm=message 0 TCP/MSRP *\r\n"
                "m=audio 0 RTP/AVP 0\r\nm=image " +
                image +
                " udptl t38\r\na=T38FaxRateManagement:transferredTCF\r\n"
                "m=audio 0 RTP/AVP 0\r\n");
  EXPECT_NE(image, "0");
}

// RFC 6141, RFC 3261 14.1
TEST_F(AnchorTest, WithdrawnOfferLeavesMediaAsBefore) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"));
  media::Relay before = first(media::Kind::rtp);
  ASSERT_EQ(offer(0, sdp("m=audio 5000 RTP/AVP 9\r\nm=video 5002 RTP/AVP 99\r\n")), Reason::none);
  EXPECT_EQ(relays_.size(), 4u);
  EXPECT_EQ(relays_[before.sides[0].local.port].sides[0].remote, before.sides[0].remote)
      << "until it is answered";
  EXPECT_NE(relays_[before.sides[0].local.port].sides[1].payload_types, before.sides[1].payload_types);
  anchor_.withdraw(context());
  carry_out();
  ASSERT_EQ(relays_.size(), 2u);
  EXPECT_EQ(first(media::Kind::rtp).sides[0].remote, before.sides[0].remote);
  EXPECT_EQ(first(media::Kind::rtp).sides[1].payload_types, before.sides[1].payload_types);
}

TEST_F(AnchorTest, UnchangedReofferTouchesNoRelay) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"));
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  EXPECT_EQ(changed_, 0u);
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"));
  EXPECT_EQ(changed_, 0u);
}

TEST_F(AnchorTest, OfferMayComeFromEitherSide) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"));
  ASSERT_EQ(offer(1, sdp("m=audio 6010 RTP/AVP 8\r\n", "IP4 10.9.9.9")), Reason::none);
  EXPECT_NE(written().find("c=IN IP4 203.0.113.1\r\n"), std::string::npos);
  ASSERT_EQ(answer(sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none);
  EXPECT_EQ(first(media::Kind::rtp).sides[1].remote, *Endpoint::parse("10.9.9.9:6010"));
}

// RFC 3264 8: sections never go away
TEST_F(AnchorTest, ReofferWithFewerSectionsIsRefused) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\nm=video 0 RTP/AVP 99\r\n"));
  answer(sdp("m=audio 6000 RTP/AVP 8\r\nm=video 0 RTP/AVP 99\r\n", "IP4 10.9.9.9"));
  EXPECT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::sdp_unacceptable);
}

TEST_F(AnchorTest, PreviewOpensMediaAndTheFinalAnswerReplacesIt) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  ASSERT_EQ(answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"), true), Reason::none);
  EXPECT_TRUE(anchor_.offer_outstanding());
  EXPECT_EQ(first(media::Kind::rtp).sides[1].remote, *Endpoint::parse("10.9.9.9:6000"));
  ASSERT_EQ(answer(sdp("m=audio 7000 RTP/AVP 8\r\n", "IP4 10.9.9.8")), Reason::none);
  EXPECT_FALSE(anchor_.offer_outstanding());
  EXPECT_EQ(first(media::Kind::rtp).sides[1].remote, *Endpoint::parse("10.9.9.8:7000"));
}

TEST_F(AnchorTest, WhatIsHeldBackOpensWithTheAnswer) {
  anchor_.hold_back(0, true, context());
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  for (media::Kind kind : {media::Kind::rtp, media::Kind::rtcp}) {
    EXPECT_TRUE(first(kind).sides[0].held_back);
    EXPECT_FALSE(first(kind).sides[1].held_back);
  }
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"), true);
  EXPECT_TRUE(first(media::Kind::rtp).sides[0].held_back);
  anchor_.hold_back(0, false, context());
  carry_out();
  EXPECT_EQ(changed_, 2u);
  EXPECT_FALSE(first(media::Kind::rtp).sides[0].held_back);
  anchor_.hold_back(0, true, context());
  carry_out();
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"));
  EXPECT_FALSE(first(media::Kind::rtp).sides[0].held_back);
  EXPECT_FALSE(anchor_.holds_back(0));
}

TEST_F(AnchorTest, MovingASideKeepsTheOthersPorts) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"), true);
  media::MediaPort caller = first(media::Kind::rtp).sides[0].local;
  media::MediaPort callee = first(media::Kind::rtp).sides[1].local;
  ASSERT_EQ(anchor_.place(1, core, Family::v4, context()), Reason::none);
  ASSERT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none);
  EXPECT_EQ(first(media::Kind::rtp).sides[0].local, caller);
  EXPECT_NE(first(media::Kind::rtp).sides[1].local, callee);
  EXPECT_EQ(first(media::Kind::rtp).sides[1].remote, Endpoint{}) << "nothing of the peer before";
}

TEST_F(AnchorTest, WithoutPortsTheOfferFailsAndNothingStaysLeased) {
  std::string media;
  for (int i = 0; i < 11; ++i) media += "m=audio " + std::to_string(4000 + 2 * i) + " RTP/AVP 8\r\n";
  EXPECT_EQ(offer(0, sdp(media)), Reason::pool_empty);
  EXPECT_EQ(ports_.leased(), 0u);
  EXPECT_TRUE(relays_.empty());
  media.resize(media.rfind("m=audio"));
  now_ = now_ + 6s;
  ports_.wake(now_);
  EXPECT_EQ(offer(0, sdp(media)), Reason::none);
}

TEST_F(AnchorTest, ExpectsMediaOnlyWhereBothSidesSend) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  EXPECT_FALSE(anchor_.expects_media(streams_));
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"));
  EXPECT_TRUE(anchor_.expects_media(streams_));
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\na=sendonly\r\n"));
  answer(sdp("m=audio 6000 RTP/AVP 8\r\na=recvonly\r\n", "IP4 10.9.9.9"));
  EXPECT_FALSE(anchor_.expects_media(streams_));
}

TEST_F(AnchorTest, FamilyThatTheRealmHasNoMediaForIsUnacceptable) {
  model_.realms[0].media.addresses.resize(1);
  EXPECT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n", "IP6 2001:db8::9")), Reason::sdp_unacceptable);
}

TEST_F(AnchorTest, StreamKeepsItsFamilyDuringACall) {
  offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n"));
  answer(sdp("m=audio 6000 RTP/AVP 8\r\n", "IP4 10.9.9.9"));
  EXPECT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n", "IP6 2001:db8::9")), Reason::sdp_unacceptable);
  EXPECT_EQ(first(media::Kind::rtp).sides[0].remote, *Endpoint::parse("192.0.2.9:4000"));
}

TEST_F(AnchorTest, DescriptionThatDoesNotFitFailsCleanly) {
  out_.resize(64);
  EXPECT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n", "IP6 2001:db8::9")), Reason::message_too_long);
  EXPECT_EQ(ports_.leased(), 0u);
  out_.resize(4096);
  EXPECT_EQ(offer(0, sdp("m=audio 4000 RTP/AVP 8\r\n")), Reason::none) << "nor is its family kept";
}

}  // namespace
}  // namespace sbc::anchor
