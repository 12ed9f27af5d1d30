#include "sbc/anchor/terms.h"

#include <string>

#include <gtest/gtest.h>

namespace sbc::anchor {
namespace {

class TermsTest : public testing::Test {
 protected:
  TermsTest() {
    realm_.addresses = {{*IpAddress::parse("10.0.0.1"), *Prefix::parse("10.0.0.0/24")},
                        {*IpAddress::parse("2001:db8::1"), *Prefix::parse("2001:db8::/64")}};
    realm_.media.addresses = {*IpAddress::parse("10.0.0.2")};
  }
  Judgement judged(std::string media, std::string connection = "IN IP4 192.0.2.9") {
    text_ = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=" + connection + "\r\nt=0 0\r\n" + media;
    EXPECT_EQ(session_.parse(text_), Reason::none) << text_;
    return judge(session_, session_.media()[0], realm_, Role::offer);
  }
  Reason offer(std::string media) {
    judged(media);
    return judge_first(session_, realm_);
  }

  config::Realm realm_;
  std::string text_;
  sdp::Session session_;
};

TEST_F(TermsTest, RtcpGoesToTheNextPortOrWhereAttributeSays) {
  EXPECT_EQ(judged("m=audio 4000 RTP/AVP 8\r\n").terms.rtcp_port, 4001);
  EXPECT_EQ(judged("m=audio 4000 RTP/AVP 8\r\na=rtcp:5001\r\n").terms.rtcp_port, 5001);  // RFC 3605
}

/// RFC 8866 6.6, RFC 3551 6.
TEST_F(TermsTest, PayloadTypesStandForWhatTheSectionOrElseTheProfileSays) {
  judged(
      "m=audio 4000 RTP/AVP 111 0 8 101 96\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:8 G729/8000\r\n"
      "a=rtpmap:101 telephone-event/48000\r\n");
  const sdp::Media& media = session_.media()[0];
  const rtp::Formats formats = formats_of(media, session_.lines_of(media), media.payload_types());
  const auto all = formats.all();
  ASSERT_EQ(all.size(), 4u) << "nobody knows what 96 is";
  EXPECT_EQ(all[0], (rtp::Format{111, rtp::Codec::opus, 48'000}));
  EXPECT_EQ(all[1], (rtp::Format{0, rtp::Codec::g711, 8'000}));
  EXPECT_EQ(all[2], (rtp::Format{8, rtp::Codec::g729, 8'000}));
  EXPECT_EQ(all[3], (rtp::Format{101, rtp::Codec::telephone_event, 48'000}));
}

TEST_F(TermsTest, WhatIsNotWantedTakesNoFormatsPlace) {
  judged("m=audio 4000 RTP/AVP 3 4 5 6 7 9 8\r\n");
  const sdp::Media& media = session_.media()[0];
  const rtp::Formats formats = formats_of(media, session_.lines_of(media), {uint64_t(1) << 8, 0});
  ASSERT_EQ(formats.all().size(), 1u);
  EXPECT_EQ(formats.all()[0].payload_type, 8);
}

TEST_F(TermsTest, OfManyFormatsTheFirstAreKept) {
  judged("m=audio 4000 RTP/AVP 0 3 4 5 6 7 8 9\r\n");
  const sdp::Media& media = session_.media()[0];
  const rtp::Formats formats = formats_of(media, session_.lines_of(media), media.payload_types());
  EXPECT_EQ(formats.all().size(), rtp::Formats::max);
  EXPECT_TRUE(formats.find(7));
  EXPECT_FALSE(formats.find(8));
}

std::vector<uint8_t> types_of(const rtp::Formats& formats) {
  std::vector<uint8_t> types;
  for (const rtp::Format& format : formats.all()) types.push_back(format.payload_type);
  return types;
}

/// RFC 3389 4, RFC 4733: what is no codec stands last, and a pause or a digit would be taken for something
/// else.
TEST_F(TermsTest, OfManyFormatsComfortNoiseAndEventsAreKeptWhereverTheyStand) {
  judged("m=audio 4000 RTP/AVP 0 3 4 5 6 7 8 13 101\r\na=rtpmap:101 telephone-event/8000\r\n");
  const sdp::Media& media = session_.media()[0];
  EXPECT_EQ(types_of(formats_of(media, session_.lines_of(media), media.payload_types())),
            (std::vector<uint8_t>{0, 3, 4, 5, 13, 101}));
}

TEST_F(TermsTest, TheyDoNotTakeThePlacesOfTheFirstThreeCodecs) {
  judged(
      "m=audio 4000 RTP/AVP 9 0 8 3 13 105 106 101 102\r\na=rtpmap:105 CN/16000\r\na=rtpmap:106 CN/32000\r\n"
      "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:102 telephone-event/16000\r\n");
  const sdp::Media& media = session_.media()[0];
  EXPECT_EQ(types_of(formats_of(media, session_.lines_of(media), media.payload_types())),
            (std::vector<uint8_t>{9, 0, 8, 13, 105, 106}));
}

TEST_F(TermsTest, OnlyPlainRtpAndUdptlAreAnchored) {
  EXPECT_EQ(judged("m=audio 4000 RTP/AVP 8\r\n").fate, Fate::anchored);
  EXPECT_EQ(judged("m=audio 4000 RTP/AVPF 8\r\n").fate, Fate::anchored);
  EXPECT_EQ(judged("m=image 4000 udptl t38\r\n").kind, media::Kind::opaque);
  EXPECT_EQ(judged("m=audio 4000 RTP/SAVP 8\r\n").fate, Fate::misprotected);
  EXPECT_EQ(judged("m=audio 4000 UDP/TLS/RTP/SAVPF 8\r\n").fate, Fate::unsupported);
  EXPECT_EQ(judged("m=message 4000 TCP/MSRP *\r\n").fate, Fate::unsupported);
  EXPECT_EQ(judged("m=audio 4000/2 RTP/AVP 8\r\n").fate, Fate::unsupported);
  EXPECT_EQ(judged("m=audio 0 RTP/AVP 8\r\n").fate, Fate::rejected);
}

// RFC 3264 8.4: held the old way, nobody is to send there
TEST_F(TermsTest, UnspecifiedAddressHoldsAndIsNoRemote) {
  Judgement held = judged("m=audio 4000 RTP/AVP 8\r\n", "IN IP4 0.0.0.0");
  EXPECT_EQ(held.fate, Fate::anchored);
  EXPECT_EQ(held.terms.remote, Endpoint{});
  EXPECT_FALSE(held.terms.two_way);
}

TEST_F(TermsTest, UnspecifiedAddressOfIpv6HoldsToo) {
  Judgement held = judged("m=audio 4000 RTP/AVP 8\r\n", "IN IP6 ::");
  EXPECT_EQ(held.fate, Fate::anchored);
  EXPECT_EQ(held.terms.remote, Endpoint{});
  EXPECT_FALSE(held.terms.two_way);
  EXPECT_EQ(offer("m=audio 4000 RTP/AVP 8\r\nc=IN IP6 ::\r\n"), Reason::none);
  EXPECT_EQ(judged("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 192.0.2.9\r\n", "IN IP6 ::").terms.remote,
            *Endpoint::parse("192.0.2.9:4000"));
}

// RFC 8866 8.2.2
TEST_F(TermsTest, UnknownTypesAndFormatsAreNotAnchored) {
  EXPECT_EQ(judged("m=pbx.secret.lan 4000 RTP/AVP 8\r\n").fate, Fate::unsupported);
  EXPECT_EQ(judged("m=audio 4000 RTP/AVP pbx.secret.lan\r\n").fate, Fate::unsupported);
  EXPECT_EQ(judged("m=audio 4000 RTP/AVP 8 pbx.secret.lan\r\n").fate, Fate::anchored);
  for (const char* type : {"audio", "video", "text", "application", "message", "image"})
    EXPECT_EQ(judged("m=" + std::string(type) + " 4000 RTP/AVP 96\r\n").fate, Fate::anchored) << type;
}

TEST_F(TermsTest, OneWayMediaIsNotTwoWay) {
  EXPECT_TRUE(judged("m=audio 4000 RTP/AVP 8\r\n").terms.two_way);
  EXPECT_FALSE(judged("m=audio 4000 RTP/AVP 8\r\na=sendonly\r\n").terms.two_way);
  EXPECT_FALSE(judged("m=audio 4000 RTP/AVP 8\r\na=inactive\r\n").terms.two_way);
}

TEST_F(TermsTest, MediaMayNotGoToGroupsLoopbackOurselvesOrNowhere) {
  for (const char* address :
       {"IN IP4 224.2.1.1/127", "IN IP4 255.255.255.255", "IN IP4 10.0.0.255", "IN IP4 127.0.0.1",
        "IN IP4 10.0.0.1", "IN IP4 10.0.0.2", "IN IP4 169.254.1.1", "IN IP6 ff02::1", "IN IP6 ::1",
        "IN IP6 2001:db8::1", "IN IP6 fe80::1", "IN IP4 pbx.example.com"}) {
    EXPECT_EQ(judged("m=audio 4000 RTP/AVP 8\r\n", address).fate, Fate::forbidden) << address;
    EXPECT_EQ(judge_first(session_, realm_), Reason::sdp_unacceptable) << address;
  }
}

TEST_F(TermsTest, OfferNeedsOneStreamThatCanBeAnchored) {
  EXPECT_EQ(offer("m=audio 4000 UDP/TLS/RTP/SAVP 8\r\n"), Reason::sdp_unacceptable);
  EXPECT_EQ(offer("m=audio 4000 RTP/SAVP 8\r\n"), Reason::sdp_protection);
  EXPECT_EQ(offer("m=audio 4000 RTP/SAVP 8\r\nm=audio 4002 RTP/AVP 8\r\n"), Reason::none);
  EXPECT_EQ(offer("m=audio 0 RTP/AVP 8\r\n"), Reason::none);
}

}  // namespace
}  // namespace sbc::anchor
