#include "dataplane/sdp/session.h"

#include <string>

#include <gtest/gtest.h>

namespace sbc::sdp {
namespace {

using namespace std::literals;

const std::string opening = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n";

Reason reason_for(const std::string& text) { return Session().parse(text); }

/// Parses and has to succeed; a fresh copy of the text outlives the session.
class Parsed {
 public:
  explicit Parsed(std::string text) : text_(std::move(text)) {
    EXPECT_EQ(session_.parse(text_), Reason::none) << text_;
  }
  const Session* operator->() const { return &session_; }
  const Session* session() const { return &session_; }
  const Media& media(size_t i = 0) const { return session_.media()[i]; }

 private:
  std::string text_;
  Session session_;
};

TEST(Session, GivesLinesSectionsAndWhatAnAnchorNeeds) {
  Parsed s(
      "v=0\r\no=ann 2890844526 2890842807 IN IP4 192.0.2.5\r\ns=call\r\nc=IN IP4 192.0.2.6\r\nt=0 0\r\n"
      "m=audio 49170/2 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtcp:53020\r\n"
      "m=video 0 RTP/SAVPF 99\r\nc=IN IP6 2001:db8::7\r\na=rtcp-mux\r\na=recvonly\r\n");
  EXPECT_EQ(s->origin(), "ann 2890844526 2890842807 IN IP4 192.0.2.5");
  EXPECT_EQ(s->address(), IpAddress::v4(192, 0, 2, 6));
  EXPECT_EQ(s->session_lines().size(), 5u);
  ASSERT_EQ(s->media().size(), 2u);
  const Media& audio = s.media(0);
  EXPECT_EQ(audio.kind, "audio");
  EXPECT_EQ(audio.port, 49170);
  EXPECT_EQ(audio.port_count, 2);
  EXPECT_EQ(audio.protocol, "RTP/AVP");
  EXPECT_EQ(audio.formats, "8 0 101");
  EXPECT_EQ(audio.address, IpAddress::v4(192, 0, 2, 6));
  EXPECT_EQ(audio.rtcp_port, 53020);
  EXPECT_FALSE(audio.rtcp_mux);
  EXPECT_EQ(audio.direction, Direction::sendrecv);
  EXPECT_EQ(s->lines_of(audio).size(), 3u);
  EXPECT_EQ(s->lines_of(audio)[1].type, 'a');
  EXPECT_EQ(s->lines_of(audio)[1].value, "rtpmap:8 PCMA/8000");
  const Media& video = s.media(1);
  EXPECT_EQ(video.port, 0);
  EXPECT_EQ(video.address, IpAddress::parse("2001:db8::7"));
  EXPECT_TRUE(video.rtcp_mux);
  EXPECT_EQ(video.rtcp_port, 0);
  EXPECT_EQ(video.direction, Direction::recvonly);
}

TEST(Session, StartsWithVersionOriginAndNameRfc8866Section5) {
  EXPECT_EQ(reason_for(opening), Reason::none);
  EXPECT_EQ(reason_for("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=\r\n"), Reason::none);
  EXPECT_EQ(reason_for("v=0\r\no=My Phone 1 1 IN IP4 192.0.2.1\r\ns= \r\n"), Reason::none);
  for (const char* bad :
       {"", "\r\n", "v=0\r\n", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n", "v=1\r\no=- 1 1 IN IP4 a\r\ns=-\r\n",
        "o=- 1 1 IN IP4 a\r\nv=0\r\ns=-\r\n", "v=0\r\ns=-\r\no=- 1 1 IN IP4 a\r\n",
        "v=0\r\no=- 1 1 IN IP4\r\ns=-\r\n", "v=0\r\nc=IN IP4 192.0.2.1\r\ns=-\r\n"}) {
    EXPECT_EQ(reason_for(bad), Reason::sdp_bad) << bad;
  }
  for (const char* again : {"v=0\r\n", "o=- 1 1 IN IP4 a\r\n", "s=-\r\n"}) {
    EXPECT_EQ(reason_for(opening + again), Reason::sdp_bad) << again;
  }
}

TEST(Session, TakesLfAndEmptyLinesAtTheEnd) {
  for (const char* text : {"v=0\no=- 1 1 IN IP4 a\ns=-\nm=audio 1 RTP/AVP 0\n",
                           "v=0\no=- 1 1 IN IP4 a\ns=-\nm=audio 1 RTP/AVP 0",
                           "v=0\r\no=- 1 1 IN IP4 a\r\ns=-\r\nm=audio 1 RTP/AVP 0\r\n\r\n\r\n"}) {
    Parsed s(text);
    EXPECT_EQ(s.media().formats, "0");
    EXPECT_EQ(s->lines().size(), 4u);
  }
  EXPECT_EQ(reason_for("v=0\r\n\r\no=- 1 1 IN IP4 a\r\ns=-\r\n"), Reason::sdp_bad);
}

TEST(Session, LinesAreALetterEqualsAndAValueWithoutControlBytes) {
  EXPECT_EQ(reason_for(opening + "x=\r\ni=caf\xc3\xa9\ttab\r\nt=0 0\r\n"), Reason::none);
  for (const std::string& bad : {"t\r\n"s, "=0\r\n"s, "t =0 0\r\n"s, "T=0 0\r\n"s, "1=0\r\n"s, " t=0 0\r\n"s,
                                 "i=a\0b\r\n"s, "i=a\rb\r\n"s, "i=a\r\r\nt=0 0\r\n"s, "i=a\0\r\n"s,
                                 "i=a\0\n"s, "i=a\x1b[0m\r\n"s, "i=a\x7f\r\n"s, "hello\r\n"s}) {
    EXPECT_EQ(reason_for(opening + bad), Reason::sdp_bad) << bad;
  }
}

TEST(Session, SessionLinesDoNotStandInMediaSections) {
  const std::string media = opening + "t=0 0\r\nm=audio 1 RTP/AVP 0\r\n";
  EXPECT_EQ(reason_for(media + "i=x\r\nc=IN IP4 192.0.2.1\r\nb=AS:64\r\nk=clear:x\r\na=x\r\ny=1\r\n"),
            Reason::none);
  for (const char* bad : {"v=0\r\n", "o=- 1 1 IN IP4 a\r\n", "s=-\r\n", "t=0 0\r\n", "u=x\r\n", "e=x\r\n",
                          "p=x\r\n", "r=1\r\n", "z=1\r\n"}) {
    EXPECT_EQ(reason_for(media + bad), Reason::sdp_bad) << bad;
  }
}

TEST(Connection, IsAnAddressOfTheSectionOrTheSession) {
  Parsed s(opening +
           "c=IN IP4 192.0.2.9\r\nm=audio 1 RTP/AVP 0\r\nm=audio 2 RTP/AVP 0\r\nc=IN IP6 2001:db8::1\r\nc=IN "
           "IP6 2001:db8::2\r\n");
  EXPECT_EQ(s.media(0).address, IpAddress::v4(192, 0, 2, 9));
  EXPECT_EQ(s.media(1).address, IpAddress::parse("2001:db8::1"));  // the first counts
  Parsed none(opening + "m=audio 1 RTP/AVP 0\r\n");
  EXPECT_TRUE(none->address().is_none() && none.media().address.is_none());
  EXPECT_EQ(Parsed(opening + "c=IN IP4 0.0.0.0\r\n")->address(), IpAddress::v4(0, 0, 0, 0));
  EXPECT_EQ(Parsed(opening + "c=IN IP4 224.2.1.1/127/3\r\n")->address(), IpAddress::v4(224, 2, 1, 1));
  EXPECT_EQ(Parsed(opening + "c=IN IP6 ::ffff:192.0.2.2\r\n")->address(), IpAddress::v4(192, 0, 2, 2));
}

TEST(Connection, HostNamesAndOtherNetworksGiveNone) {
  for (const char* line : {"c=IN IP4 media.example.net\r\n", "c=ATM NSAP 47.0091\r\n", "c=IN IP9 1.2.3.4\r\n",
                           "c=IN IP4 1.2.3.256\r\n"}) {
    EXPECT_TRUE(Parsed(opening + line)->address().is_none()) << line;
  }
  Parsed s(opening + "c=IN IP4 192.0.2.9\r\nm=audio 1 RTP/AVP 0\r\nc=IN IP4 media.example.net\r\n");
  EXPECT_TRUE(s.media().address.is_none());  // and not the session's
  for (const char* bad : {"c=\r\n", "c=IN IP4\r\n", "c=IN IP4 192.0.2.1 x\r\n", "c=IN IP4 2001:db8::1\r\n",
                          "c=IN IP6 192.0.2.1\r\n", "c=IN IP4 192.0.2.1/x\r\n", "c=IN IP4 192.0.2.1/\r\n"}) {
    EXPECT_EQ(reason_for(opening + bad), Reason::sdp_bad) << bad;
  }
}

// RFC 3264 8.4, RFC 4291 2.5.2: "::" is no missing address
TEST(Connection, UnspecifiedAddressIsToldFromNone) {
  auto unspecified = [](const std::string& session, const std::string& media) {
    Parsed s(opening + session + "m=audio 4000 RTP/AVP 8\r\n" + media);
    return s.media().unspecified;
  };
  EXPECT_TRUE(unspecified("c=IN IP4 0.0.0.0\r\n", ""));
  EXPECT_TRUE(unspecified("c=IN IP6 ::\r\n", ""));
  EXPECT_TRUE(unspecified("c=IN IP6 2001:db8::7\r\n", "c=IN IP6 ::\r\n"));
  EXPECT_FALSE(unspecified("c=IN IP6 ::\r\n", "c=IN IP6 2001:db8::7\r\n"));
  EXPECT_FALSE(unspecified("c=IN IP4 pbx.example.com\r\n", ""));
  EXPECT_FALSE(unspecified("", ""));
}

TEST(Media, LineIsKindPortProtocolAndFormats) {
  EXPECT_EQ(Parsed(opening + "m=image 0 udptl \r\n").media().formats,
            "");  // rejected streams may lack formats
  EXPECT_EQ(Parsed(opening + "m=audio 65535  RTP/AVP  0 8 \r\n").media().formats, "0 8");
  for (const char* bad :
       {"m=\r\n", "m=audio\r\n", "m=audio 1\r\n", "m=audio 1 RTP/AVP\r\n", "m=audio x RTP/AVP 0\r\n",
        "m=audio -1 RTP/AVP 0\r\n", "m=audio 65536 RTP/AVP 0\r\n", "m=audio 1/0 RTP/AVP 0\r\n",
        "m=audio 1/ RTP/AVP 0\r\n", "m=audio /2 RTP/AVP 0\r\n", "m=audio 1/2/3 RTP/AVP 0\r\n"}) {
    EXPECT_EQ(reason_for(opening + bad), Reason::sdp_bad) << bad;
  }
}

TEST(Media, PayloadTypesAreABitmapForRtpOnly) {
  auto types = [](const char* line) { return Parsed(opening + line).media().payload_types(); };
  using Bitmap = std::array<uint64_t, 2>;
  EXPECT_EQ(types("m=audio 1 RTP/AVP 0 8 63 64 127\r\n"),
            (Bitmap{1u | 1u << 8 | 1ull << 63, 1u | 1ull << 63}));
  EXPECT_EQ(types("m=audio 1 UDP/TLS/RTP/SAVPF 101 128 256 x -1 8x\r\n"), (Bitmap{0, 1ull << (101 - 64)}));
  EXPECT_EQ(types("m=image 1 udptl 8\r\n"), (Bitmap{}));
  EXPECT_FALSE(Parsed(opening + "m=image 1 udptl t38\r\n").media().is_rtp());
}

TEST(Direction, OfTheMediaOverridesTheSessions) {
  Parsed s(opening +
           "a=recvonly\r\nm=audio 1 RTP/AVP 0\r\nm=audio 2 RTP/AVP 0\r\na=sendonly\r\na=inactive\r\nm=audio "
           "3 RTP/AVP 0\r\na=inactive\r\n");
  EXPECT_EQ(s->direction(), Direction::recvonly);
  EXPECT_EQ(s.media(0).direction, Direction::recvonly);
  EXPECT_EQ(s.media(1).direction, Direction::sendonly);  // the first counts
  EXPECT_EQ(s.media(2).direction, Direction::inactive);
  EXPECT_EQ(Parsed(opening + "a=sendonlyx\r\n")->direction(), Direction::sendrecv);
}

TEST(Media, BundleOnlyIsNoted) {
  Parsed s(opening + "m=audio 0 RTP/AVP 0\r\na=bundle-only\r\nm=audio 0 RTP/AVP 0\r\n");
  EXPECT_TRUE(s.media(0).bundle_only);
  EXPECT_FALSE(s.media(1).bundle_only);
}

TEST(Rtcp, PortIsANumberRfc3605) {
  auto port = [](const char* line) {
    return Parsed(opening + "m=audio 1 RTP/AVP 0\r\n" + line).media().rtcp_port;
  };
  EXPECT_EQ(port("a=rtcp:53020\r\n"), 53020);
  EXPECT_EQ(port("a=rtcp:53020 IN IP4 192.0.2.1\r\n"), 53020);
  EXPECT_EQ(port("a=rtcp-fb:96 nack\r\n"), 0);
  for (const char* bad : {"a=rtcp\r\n", "a=rtcp:\r\n", "a=rtcp:x\r\n", "a=rtcp:65536\r\n"}) {
    EXPECT_EQ(reason_for(opening + "m=audio 1 RTP/AVP 0\r\n" + bad), Reason::sdp_bad) << bad;
  }
}

TEST(Session, NothingIsLeftOfTheOneParsedBefore) {
  std::string first =
      opening + "c=IN IP4 192.0.2.1\r\na=inactive\r\nm=audio 1 RTP/AVP 0\r\na=rtcp-mux\r\na=rtcp:9\r\n";
  std::string second = opening + "m=audio 1 RTP/AVP 0\r\n";
  Session session;
  ASSERT_EQ(session.parse(first), Reason::none);
  ASSERT_EQ(session.parse(second), Reason::none);
  EXPECT_TRUE(session.address().is_none() && session.media()[0].address.is_none());
  EXPECT_EQ(session.media()[0].direction, Direction::sendrecv);
  EXPECT_FALSE(session.media()[0].rtcp_mux);
  EXPECT_EQ(session.media()[0].rtcp_port, 0);
  EXPECT_EQ(session.lines().size(), 4u);
}

std::string repeated(size_t count, const std::string& line) {
  std::string text = opening;
  for (size_t i = 0; i < count; ++i) text += line;
  return text;
}

TEST(Limit, LinesAndMedia) {
  EXPECT_EQ(reason_for(repeated(Session::lines_max - 3, "a=x\r\n")), Reason::none);
  EXPECT_EQ(reason_for(repeated(Session::lines_max - 2, "a=x\r\n")), Reason::sdp_bad);
  EXPECT_EQ(reason_for(repeated(Session::media_max, "m=audio 1 RTP/AVP 0\r\n")), Reason::none);
  EXPECT_EQ(reason_for(repeated(Session::media_max + 1, "m=audio 1 RTP/AVP 0\r\n")), Reason::sdp_bad);
}

TEST(Attribute, IsANameAndAValue) {
  Parsed s(opening +
           "a=rtpmap:8 PCMA/8000\r\na=candidate:1 1 UDP 1 ::1 9\r\na=x-vendor:a:b\r\na=sendonly\r\na=\r\n"
           "a=T38FaxRateManagement:localTCF\r\na=:x\r\ni=rtpmap:8\r\n");
  auto attribute = [&](size_t i) { return s->lines()[3 + i]; };
  EXPECT_TRUE(attribute(0).is(AttributeName::rtpmap));
  EXPECT_EQ(attribute(0).name_text(), "rtpmap");
  EXPECT_EQ(attribute(0).attribute_value(), "8 PCMA/8000");
  EXPECT_TRUE(attribute(1).is(AttributeName::candidate));
  EXPECT_EQ(attribute(1).attribute_value(), "1 1 UDP 1 ::1 9");
  EXPECT_TRUE(attribute(2).is(AttributeName::other));
  EXPECT_EQ(attribute(2).name_text(), "x-vendor");
  EXPECT_EQ(attribute(2).attribute_value(), "a:b");
  EXPECT_TRUE(attribute(3).is(AttributeName::sendonly));
  EXPECT_FALSE(attribute(3).has_attribute_value());
  EXPECT_EQ(attribute(3).attribute_value(), "");
  EXPECT_EQ(attribute(4).name_text(), "");
  EXPECT_TRUE(attribute(5).is(AttributeName::t38_fax_rate_management));  // longer than one block
  EXPECT_EQ(attribute(5).attribute_value(), "localTCF");
  EXPECT_EQ(attribute(6).name_text(), "");
  EXPECT_EQ(attribute(6).attribute_value(), "x");
  EXPECT_FALSE(attribute(7).is(AttributeName::rtpmap) || attribute(7).is(AttributeName::other));
}

// What we read in another case, our writer writes in the registered one: nobody behind us reads it otherwise.
TEST(Attribute, CaseOfItsNameIsIgnored) {
  Parsed s(opening + "m=audio 1 RTP/AVP 0\r\na=SendOnly\r\na=RTCP:5\r\n");
  EXPECT_EQ(s.media().direction, Direction::sendonly);
  EXPECT_EQ(s.media().rtcp_port, 5);
}

TEST(Attribute, DirectionHasNoValue) {
  Parsed s(opening + "m=audio 1 RTP/AVP 0\r\na=sendonly:\r\na=recvonly:x\r\na=inactive\r\n");
  EXPECT_EQ(s.media().direction, Direction::inactive);
}

TEST(Attribute, IsFoundInTheSectionOrElseInTheSession) {
  Parsed s(opening +
           "a=setup:actpass\r\na=ice-ufrag:abcd\r\nm=audio 1 RTP/AVP 0\r\na=setup:active\r\n"
           "a=setup:passive\r\nm=audio 2 RTP/AVP 0\r\n");
  EXPECT_EQ(find_attribute(*s.session(), s.media(0), AttributeName::setup)->attribute_value(), "active");
  EXPECT_EQ(find_attribute(*s.session(), s.media(1), AttributeName::setup)->attribute_value(), "actpass");
  EXPECT_EQ(find_attribute(*s.session(), s.media(0), AttributeName::ice_ufrag)->attribute_value(), "abcd");
  EXPECT_EQ(find_attribute(*s.session(), s.media(0), AttributeName::mid), nullptr);
  EXPECT_EQ(find_attribute(s->session_lines(), AttributeName::rtcp), nullptr);
}

// RFC 3264 6: sections keep their order; RFC 8866 5.12: k= is discarded by who acts on lines, not by the
// table
TEST(Session, EveryLineStaysInItsPlace) {
  std::string text =
      opening +
      "k=clear:x\r\na=x-one:1\r\nm=video 0 RTP/AVP 96\r\ny=2\r\nm=audio 4 RTP/AVP 0\r\na=x-two\r\n"
      "a=mid:a\r\na=mid:b\r\n";
  Parsed s(text);
  std::string again;
  for (const Line& line : s->lines())
    again += std::string(1, line.type) + "=" + std::string(line.value) + "\r\n";
  EXPECT_EQ(again, text);
  EXPECT_EQ(s.media(0).kind, "video");
  EXPECT_EQ(s.media(1).kind, "audio");
  EXPECT_EQ(s->lines_of(s.media(0)).size(), 2u);
}

}  // namespace
}  // namespace sbc::sdp
