// What the benchmark's user agents write is valid, and they read what they need from it.
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "bench/calls/configuration.h"
#include "bench/calls/messages.h"

namespace sbc::bench {
namespace {

constexpr CallName name{77, 1'234};
constexpr IpAddress caller = caller_address(234), callee = IpAddress::v4(203, 0, 113, 10);

/// A message and the bytes that it looks into.
struct Read {
  template <class Write>
  explicit Read(Write&& write) {
    sip::Writer out(bytes);
    write(out);
    EXPECT_FALSE(out.overflowed());
    EXPECT_EQ(message.parse(out.written()), Reason::none) << out.written();
    EXPECT_TRUE(message.deviations().empty());
  }
  std::array<char, 2048> bytes;
  sip::Message message;
};

TEST(CallMessages, AnInviteOffersAudioAndSaysWhoseItIs) {
  Read read([](sip::Writer& out) { write_invite(out, name, caller); });
  EXPECT_EQ(read.message.method(), sip::Method::invite);
  EXPECT_EQ(CallName::of_tag(read.message.from().tag(), Side::caller), name);
  EXPECT_EQ(CallName::of_numbers(read.message.from().uri.user, read.message.request_uri().user), name);
  EXPECT_EQ(audio_of(read.message.body()), (Endpoint{caller, media_port(name)}));
  EXPECT_EQ(contact_of(read.message), "sip:gw@10.1.234.10:5060");
  EXPECT_LE(read.message.call_id().size(), 64u);
}

TEST(CallMessages, AResponseRepeatsItsRequest) {
  Read request([](sip::Writer& out) { write_invite(out, name, caller); });
  std::array<char, 1024> room;
  sip::Writer head(room);
  write_response_head(head, request.message);
  const Endpoint contact{callee, sip_port};
  Read response([&](sip::Writer& out) { write_response(out, 180, head.written(), "d1", &contact, {}); });
  EXPECT_EQ(response.message.status(), 180);
  EXPECT_EQ(response.message.to().tag(), "d1");
  EXPECT_EQ(response.message.from().tag(), request.message.from().tag());
  EXPECT_EQ(response.message.top_via().branch, request.message.top_via().branch);
  EXPECT_EQ(response.message.call_id(), request.message.call_id());
  EXPECT_EQ(contact_of(response.message), "sip:gw@203.0.113.10:5060");
}

TEST(CallMessages, RequestsInTheDialogCarryBothTags) {
  const DialogView callers{name, Side::caller, caller, {}, "ours"};
  Read ack([&](sip::Writer& out) { write_ack(out, callers); });
  EXPECT_EQ(ack.message.cseq().number, 1u);
  EXPECT_EQ(ack.message.to().tag(), "ours");
  const DialogView callees{name, Side::callee, callee, "other@side", "ours"};
  Read bye([&](sip::Writer& out) { write_bye(out, callees); });
  EXPECT_EQ(bye.message.method(), sip::Method::bye);
  EXPECT_EQ(bye.message.call_id(), "other@side");
  EXPECT_EQ(CallName::of_tag(bye.message.from().tag(), Side::callee), name);
}

TEST(CallMessages, AudioIsReadWithItsConnection) {
  EXPECT_EQ(audio_of("v=0\r\nc=IN IP4 192.0.2.7\r\nm=audio 4000 RTP/AVP 8\r\n"),
            (Endpoint{IpAddress::v4(192, 0, 2, 7), 4'000}));
  EXPECT_EQ(audio_of("v=0\r\nc=IN IP4 192.0.2.7\r\nm=audio 0 RTP/AVP 8\r\n"), std::nullopt);
  EXPECT_EQ(audio_of("v=0\r\nm=audio 4000 RTP/AVP 8\r\n"), std::nullopt);
  EXPECT_EQ(audio_of(""), std::nullopt);
}

TEST(CallMessages, RtpNamesItsCallAndNothingElseDoes) {
  std::array<char, rtp_bytes> packet;
  write_rtp(packet.data(), name, Side::caller);
  EXPECT_EQ(name_of_rtp({packet.data(), packet.size()}, Side::caller), name);
  EXPECT_EQ(name_of_rtp({packet.data(), packet.size()}, Side::callee), std::nullopt);
  EXPECT_EQ(name_of_rtp({packet.data(), packet.size() - 1}, Side::caller), std::nullopt);
  packet.back() ^= 1;
  EXPECT_EQ(name_of_rtp({packet.data(), packet.size()}, Side::caller), std::nullopt);
}

}  // namespace
}  // namespace sbc::bench
