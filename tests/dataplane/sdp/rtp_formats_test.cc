#include "dataplane/sdp/rtp_formats.h"

#include <string>

#include <gtest/gtest.h>

#include "dataplane/sdp/session.h"

namespace sbc::sdp {
namespace {

using namespace std::chrono_literals;

TEST(Rtpmap, IsPayloadTypeEncodingRateAndChannelsRfc8866) {
  auto opus = parse_rtpmap("111 opus/48000/2");
  ASSERT_TRUE(opus);
  EXPECT_EQ(opus->payload_type, 111);
  EXPECT_EQ(opus->encoding, "opus");
  EXPECT_EQ(opus->clock_rate, 48000u);
  EXPECT_EQ(opus->channels, 2);
  EXPECT_EQ(parse_rtpmap(" 0  PCMU/8000 ")->channels, 1);
  EXPECT_EQ(parse_rtpmap("127 L16/4294967295/65535")->clock_rate, 4294967295u);
  for (const char* bad :
       {"", "8", "8 ", "8 PCMA", "8 PCMA/", "8 PCMA/0", "8 PCMA/x", "8 PCMA/8000/", "8 PCMA/8000/0",
        "8 PCMA/8000/x", "8 PCMA/8000/1/1", "8 PCMA/8000 x", "128 PCMA/8000", "-1 PCMA/8000", "x PCMA/8000",
        "8 /8000", "8 P(A/8000", "8 PCMA/4294967296", "8 PCMA/8000/65536"}) {
    EXPECT_FALSE(parse_rtpmap(bad)) << bad;
  }
}

/// RFC 3551 6; RFC 8866 6.6: a static type may be mapped to something else.
TEST(Rtpmap, OfAPayloadTypeIsTheSectionsOrElseTheProfiles) {
  const std::string text =
      "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4 RTP/AVP 0 8 96\r\n"
      "a=rtpmap:8 L16/44100\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:96 other/8000\r\na=rtpmap:0 bad\r\n";
  Session session;
  ASSERT_EQ(session.parse(text), Reason::none);
  const auto lines = session.lines_of(session.media()[0]);
  EXPECT_EQ(rtpmap_of(8, lines)->clock_rate, 44'100u);
  EXPECT_EQ(rtpmap_of(96, lines)->encoding, "opus") << "the first counts";
  EXPECT_EQ(rtpmap_of(0, lines)->encoding, "PCMU");
  EXPECT_EQ(rtpmap_of(0, lines)->clock_rate, 8'000u);
  EXPECT_EQ(rtpmap_of(31, lines)->clock_rate, 90'000u);
  for (unsigned none : {1u, 2u, 19u, 35u, 97u, 127u}) EXPECT_FALSE(rtpmap_of(uint8_t(none), lines)) << none;
}

TEST(Fmtp, IsAFormatAndItsParameters) {
  auto fmtp = parse_fmtp("97 apt=96; rtx-time = 3000 ;;flag");
  ASSERT_TRUE(fmtp);
  EXPECT_EQ(fmtp->payload_type, 97);
  EXPECT_EQ(format_parameter(fmtp->parameters, "APT"), "96");
  EXPECT_EQ(format_parameter(fmtp->parameters, "rtx-time"), "3000");
  EXPECT_EQ(format_parameter(fmtp->parameters, "flag"), "");
  EXPECT_EQ(format_parameter(fmtp->parameters, "ap"), std::nullopt);
  std::string_view rest = fmtp->parameters;
  FormatParameter parameter;
  int count = 0;
  while (take_format_parameter(rest, parameter)) ++count;
  EXPECT_EQ(count, 3);
  EXPECT_EQ(parse_fmtp("101 0-15")->parameters, "0-15");
  EXPECT_EQ(parse_fmtp("t38 x")->payload_type, std::nullopt);
  EXPECT_EQ(parse_fmtp("t38 x")->format, "t38");
  for (const char* bad : {"", "97", "97 ", " "}) EXPECT_FALSE(parse_fmtp(bad)) << bad;
}

// RFC 4733 2.4.1
TEST(Events, AreNumbersAndRangesOfThem) {
  EXPECT_EQ(parse_events("0-15"), 0xffffu);
  EXPECT_EQ(parse_events("0-15,16"), 0x1ffffu);
  EXPECT_EQ(parse_events("0-11, 66,70-71"), 0xfffu);
  EXPECT_EQ(parse_events("5"), 1u << 5);
  EXPECT_EQ(parse_events("0-255"), ~0u);
  EXPECT_EQ(parse_events("200-255"), 0u);
  for (const char* bad : {"", "x", "1-", "-1", "5-4", "0-256", "1,,2", "events=1"})
    EXPECT_EQ(parse_events(bad), std::nullopt) << bad;
}

TEST(PacketTime, IsMillisecondsWholeOrNot) {
  EXPECT_EQ(parse_packet_time("20"), 20ms);
  EXPECT_EQ(parse_packet_time(" 20.5 "), 20'500us);
  EXPECT_EQ(parse_packet_time("0.0625"), 62us);
  EXPECT_EQ(parse_packet_time("60000"), 60s);
  for (const char* bad :
       {"", "0", "0.0", "-20", "20.", ".5", "20.x", "20 30", "60000.1", "60001", "4294967296"}) {
    EXPECT_FALSE(parse_packet_time(bad)) << bad;
  }
}

TEST(RtcpFeedback, IsOfAPayloadTypeOrOfAllRfc4585) {
  auto pli = parse_rtcp_feedback("96 nack pli");
  ASSERT_TRUE(pli);
  EXPECT_EQ(pli->payload_type, 96);
  EXPECT_EQ(pli->type, Feedback::nack);
  EXPECT_EQ(pli->parameters, "pli");
  EXPECT_EQ(parse_rtcp_feedback("* transport-cc")->payload_type, std::nullopt);
  EXPECT_EQ(parse_rtcp_feedback("* transport-cc")->type, Feedback::transport_cc);
  EXPECT_EQ(parse_rtcp_feedback("96 goog-remb")->type, Feedback::goog_remb);
  EXPECT_EQ(parse_rtcp_feedback("96 ccm tmmbr smaxpr=120")->parameters, "tmmbr smaxpr=120");
  EXPECT_EQ(parse_rtcp_feedback("96 x-new")->type, Feedback::other);
  EXPECT_EQ(parse_rtcp_feedback("96 x-new")->type_text, "x-new");
  EXPECT_EQ(regular_rtcp_interval(*parse_rtcp_feedback("96 trr-int 100")), 100ms);
  EXPECT_EQ(regular_rtcp_interval(*parse_rtcp_feedback("96 trr-int x")), std::nullopt);
  EXPECT_EQ(regular_rtcp_interval(*pli), std::nullopt);
  for (const char* bad : {"", "96", "*", "128 nack", "x nack", "96 (nack)"})
    EXPECT_FALSE(parse_rtcp_feedback(bad)) << bad;
}

}  // namespace
}  // namespace sbc::sdp
