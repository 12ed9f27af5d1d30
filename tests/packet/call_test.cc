// One whole call, frame by frame, with 1 and with 3 workers, every frame delivered to a random one.
#include <gtest/gtest.h>

#include "tests/packet/scripted_call.h"

namespace sbc::packet {
namespace {

using namespace std::chrono_literals;

class Call : public testing::TestWithParam<unsigned> {};

TEST_P(Call, IsSetUpAnchoredAndReleased) {
  Border border(border_model(GetParam()));
  ScriptedCall call(border);
  call.establish();
  EXPECT_EQ(border.live_calls(), 1u);
  EXPECT_NE(header_of(call.invite_at_pbx, "Call-ID"), call.call_id);

  for (uint16_t sequence = 1; sequence <= 20; ++sequence) {
    border.advance(20ms);
    border.arrive_udp(access, {phone, 30000}, {access_us, call.port_for_phone}, rtp_packet(sequence));
    border.arrive_udp(core, {pbx, 40000}, {core_us, call.port_for_pbx}, rtp_packet(sequence, 8, 0x9999));
    border.settle();
    std::vector<Out> out = border.take_udp();
    ASSERT_EQ(out.size(), 2u);
    for (const Out& packet : out) {
      bool toward_core = packet.realm == core;
      EXPECT_EQ(packet.payload, rtp_packet(sequence, 8, toward_core ? 0x1234 : 0x9999))
          << "payload unchanged";
      EXPECT_EQ(packet.frame.from(), toward_core ? (Endpoint{core_us, call.port_for_pbx})
                                                 : (Endpoint{access_us, call.port_for_phone}));
      EXPECT_EQ(packet.frame.to(), toward_core ? (Endpoint{pbx, 40000}) : (Endpoint{phone, 30000}));
      EXPECT_EQ(packet.frame.dscp, 46);
    }
  }
  call.hang_up_by_caller();
  EXPECT_EQ(border.usage().calls.value(), 0u);
  border.arrive_udp(access, {phone, 30000}, {access_us, call.port_for_phone}, rtp_packet(99));
  border.settle();
  EXPECT_TRUE(border.take_udp().empty()) << "no media after the call";
  EXPECT_EQ(border.drops(access, Reason::media_closed), 1u);
  border.advance(40s);
  EXPECT_EQ(border.live_calls(), 0u);
}

TEST_P(Call, CrossesFromIpv6ToIpv4) {
  Border border(border_model(GetParam()));
  ScriptedCall call(border);
  call.phone_address = phone_v6;
  call.us_address = access_us_v6;
  call.establish();
  EXPECT_NE(call.ok_at_phone.find("c=IN IP6 2001:db8:a::1"), std::string::npos) << call.ok_at_phone;
  border.arrive_udp(access, {phone_v6, 30000}, {access_us_v6, call.port_for_phone}, rtp_packet(1));
  border.settle();
  std::vector<Out> out = border.take_udp();
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].frame.to(), (Endpoint{pbx, 40000}));
  EXPECT_EQ(out[0].payload, rtp_packet(1));
  call.hang_up_by_caller();
  border.advance(40s);
}

TEST_P(Call, TakesNoMediaFromStrangersAndNoneThatWasNotNegotiated) {
  Border border(border_model(GetParam()));
  ScriptedCall call(border);
  call.establish();
  Endpoint to{access_us, call.port_for_phone};
  border.arrive_udp(access, {phone, 30000}, to, rtp_packet(1));
  border.settle();
  EXPECT_EQ(border.take_udp().size(), 1u);
  border.arrive_udp(access, {IpAddress::v4(198, 51, 100, 66), 30000}, to, rtp_packet(2));
  border.arrive_udp(access, {phone, 30000}, to, rtp_packet(3, 96));
  border.arrive_udp(access, {phone, 30000}, to, "not RTP at all");
  border.settle();
  EXPECT_TRUE(border.take_udp().empty());
  EXPECT_EQ(border.drops(access, Reason::media_source), 1u);
  EXPECT_EQ(border.drops(access, Reason::media_payload_type), 1u);
  EXPECT_EQ(border.drops(access, Reason::media_not_rtp), 1u);
  std::vector<std::string> told;
  for (unsigned worker = 0; worker < GetParam(); ++worker) {
    edge::Report report;
    while (border.exchange(worker).reports.pop(report)) {
      if (auto* log = std::get_if<edge::LogReport>(&report)) told.emplace_back(log->record.text.view());
    }
  }
  const std::vector<std::string> expected{"RTP injection: a stranger sends to a media port that is in use",
                                          "media that does not fit what was negotiated"};
  EXPECT_EQ(told, expected);
  call.hang_up_by_caller();
  border.advance(40s);
}

/// What has latched goes a short way through the relay: whatever the frame around it says is looked at as
/// ever.
TEST_P(Call, AlsoOfALatchedStreamTheFrameIsJudged) {
  Border border(border_model(GetParam()));
  ScriptedCall call(border);
  call.establish();
  const Endpoint from{phone, 30000}, to{access_us, call.port_for_phone};
  for (uint16_t sequence = 1; sequence <= 3; ++sequence)
    border.arrive_udp(access, from, to, rtp_packet(sequence));
  border.settle();
  EXPECT_EQ(border.take_udp().size(), 3u);
  auto arrive = [&](auto&& change) {
    std::vector<uint8_t> frame = border.udp_frame(access, from, to, rtp_packet(4));
    change(frame);
    border.arrive(access, frame);
    border.settle();
    return border.take_udp().size();
  };
  EXPECT_EQ(arrive([](auto& frame) { frame[5] ^= 1; }), 0u) << "another's MAC address";
  EXPECT_EQ(border.drops(access, Reason::frame_not_for_us), 1u);
  EXPECT_EQ(arrive([](auto& frame) {
              const uint8_t tag[] = {0x81, 0x00, 0x00, 0x2a};
              frame.insert(frame.begin() + 12, tag, tag + 4);
            }),
            0u)
      << "a VLAN that is nobody's";
  EXPECT_EQ(arrive([](auto& frame) { frame[24] ^= 1; }), 0u) << "a damaged IP header";
  EXPECT_EQ(
      border.drops(access, Reason::ip_checksum_bad) + border.drops(RealmId::none, Reason::ip_checksum_bad),
      1u);
  EXPECT_EQ(arrive([](auto& frame) { frame.resize(50); }), 0u) << "cut";
  EXPECT_EQ(arrive([](auto&) {}), 1u);
  call.hang_up_by_caller();
  border.advance(40s);
}

TEST_P(Call, MediaWaitsForTheLatchWhereAnUnknownCallersSdpNamesAThirdParty) {
  Border border(border_model(GetParam()));
  ScriptedCall call(border);
  call.media_address = IpAddress::v4(198, 51, 100, 66);  // of a victim, or the phone's own behind a NAT
  call.establish();
  border.arrive_udp(core, {pbx, 40000}, {core_us, call.port_for_pbx}, rtp_packet(1));
  border.settle();
  EXPECT_TRUE(border.take_udp().empty());
  EXPECT_EQ(border.drops(core, Reason::media_no_remote), 1u);

  Endpoint real{phone, 30777};
  border.arrive_udp(access, real, {access_us, call.port_for_phone}, rtp_packet(1));
  border.arrive_udp(core, {pbx, 40000}, {core_us, call.port_for_pbx}, rtp_packet(2));
  border.settle();
  border.arrive_udp(core, {pbx, 40000}, {core_us, call.port_for_pbx}, rtp_packet(3));
  border.settle();
  std::vector<Out> out = border.take_udp();
  ASSERT_FALSE(out.empty());
  EXPECT_EQ(out.back().frame.to(), real);
  call.hang_up_by_caller();
  border.advance(40s);
}

// RFC 7362 section 5: the ports are open from the INVITE on, and who hits them first must not get the call.
TEST_P(Call, WhoSpraysTheMediaRangeWhileItRingsHearsNothingAndSilencesNobody) {
  Border border(border_model(GetParam()));
  ScriptedCall call(border);
  Endpoint attacker{IpAddress::v4(198, 51, 100, 66), 666};
  call.from_phone(call.invite());
  call.to_phone();
  call.invite_at_pbx = call.to_pbx();
  call.from_pbx(response_to(call.invite_at_pbx, 180, "bobtag", "Contact: <sip:bob@203.0.113.10>\r\n", ""));
  call.to_phone();
  for (uint16_t port = 20000; port < 20512; ++port) {
    border.arrive_udp(access, attacker, {access_us, port}, rtp_packet(1));
    if (port % 16 == 15) border.settle();
  }
  EXPECT_EQ(border.drops(access, Reason::media_source), 2u) << border.describe_drops();  // RTP's and RTCP's
  EXPECT_EQ(border.drops(access, Reason::media_closed), 510u);
  EXPECT_EQ(border.drops(access, Reason::media_not_rtcp), 0u)
      << "a stranger is refused before its RTCP is read";

  call.from_pbx(response_to(call.invite_at_pbx, 200, "bobtag", "Contact: <sip:bob@203.0.113.10>\r\n",
                            audio_offer(pbx, 40000)));
  call.ok_at_phone = call.to_phone();
  call.port_for_phone = audio_port_of(call.ok_at_phone);
  call.port_for_pbx = audio_port_of(call.invite_at_pbx);
  border.take_udp();
  for (uint16_t sequence = 1; sequence <= 20; ++sequence) {
    border.advance(20ms);
    border.arrive_udp(access, attacker, {access_us, call.port_for_phone}, rtp_packet(sequence));
    border.arrive_udp(access, {phone, 30000}, {access_us, call.port_for_phone}, rtp_packet(sequence));
    border.arrive_udp(core, {pbx, 40000}, {core_us, call.port_for_pbx}, rtp_packet(sequence, 8, 0x9999));
    border.settle();
    unsigned heard = 0;
    for (const Out& out : border.take_udp()) {
      EXPECT_NE(out.frame.to().address, attacker.address);
      heard += out.frame.to() == Endpoint{phone, 30000} || out.frame.to() == Endpoint{pbx, 40000};
    }
    EXPECT_EQ(heard, 2u);
  }
}

// Media may be ahead of the SDP that announces it (RFC 3264 5.1): the peer's own address is known by then.
TEST_P(Call, AheadOfItsSdpThePeersMediaPassesAndAStrangersDoesNot) {
  Border border(border_model(GetParam()));
  ScriptedCall call(border);
  call.from_phone(call.invite());
  call.to_phone();
  call.invite_at_pbx = call.to_pbx();
  Endpoint to{core_us, audio_port_of(call.invite_at_pbx)};
  border.arrive_udp(core, {IpAddress::v4(203, 0, 113, 66), 40000}, to, rtp_packet(1));
  border.settle();
  EXPECT_TRUE(border.take_udp().empty());
  EXPECT_EQ(border.drops(core, Reason::media_source), 1u);
  border.arrive_udp(core, {pbx, 40000}, to, rtp_packet(1));
  border.settle();
  std::vector<Out> out = border.take_udp();
  ASSERT_EQ(out.size(), 1u) << border.describe_drops();
  EXPECT_EQ(out[0].frame.to(), (Endpoint{phone, 30000}));
}

TEST_P(Call, MediaEndsForAPhoneThatIsBlockedWhileItTalks) {
  Border border(border_model(GetParam()));
  ScriptedCall call(border);
  call.establish();
  auto talk = [&](uint16_t sequence) {
    border.arrive_udp(access, {phone, 30000}, {access_us, call.port_for_phone}, rtp_packet(sequence));
    border.settle();
    border.arrive_udp(core, {pbx, 40000}, {core_us, call.port_for_pbx}, rtp_packet(sequence, 8, 0x9999));
    border.settle();
    return border.take_udp().size();
  };
  EXPECT_EQ(talk(1), 2u);
  policy::Compiled blocking = border.compile(border.model());
  const policy::Block block{access, Prefix::of(phone, 32)};
  blocking.access = policy::AccessTable(*border.model(), {&block, 1});
  border.publish(std::move(blocking));
  EXPECT_EQ(talk(2), 0u);
  EXPECT_EQ(border.drops(access, Reason::media_source), 1u);
  EXPECT_EQ(border.drops(core, Reason::media_no_remote), 1u);
  border.publish(border.compile(border.model()));
  EXPECT_EQ(talk(3), 2u);
}

TEST_P(Call, InsideDialogIsRefusedToStrangers) {
  Border border(border_model(GetParam()));
  ScriptedCall call(border);
  call.establish();
  std::string bye =
      "BYE sip:x@198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.66:5060;branch=z9hG4bKevil\r\nFrom: " +
      header_of(call.ok_at_phone, "From") + "\r\nTo: " + header_of(call.ok_at_phone, "To") +
      "\r\nCall-ID: " + call.call_id + "\r\nCSeq: 9 BYE\r\nContent-Length: 0\r\n\r\n";
  border.arrive_udp(access, {IpAddress::v4(198, 51, 100, 66), 5060}, {access_us, 5060}, bye);
  border.settle();
  std::string answer = call.to_phone();
  EXPECT_TRUE(answer.starts_with("SIP/2.0 481 ")) << answer;
  EXPECT_EQ(border.drops(access, Reason::dialog_foreign), 1u);
  EXPECT_EQ(border.live_calls(), 1u);
  call.hang_up_by_caller();
  border.advance(40s);
}

TEST_P(Call, SurvivesANewSnapshot) {
  Border border(border_model(GetParam()));
  ScriptedCall call(border);
  call.establish();
  config::Model without_routes = *border.model();
  without_routes.routes.clear();
  border.publish(border.compile(std::make_shared<config::Model>(without_routes)));
  border.arrive_udp(access, {phone, 30000}, {access_us, call.port_for_phone}, rtp_packet(1));
  border.settle();
  EXPECT_EQ(border.take_udp().size(), 1u);
  call.hang_up_by_caller();
  ScriptedCall refused(border, "two@198.51.100.10");
  refused.from_phone(refused.invite());
  std::vector<Out> answers = border.take_udp();
  ASSERT_FALSE(answers.empty());
  EXPECT_TRUE(answers.back().payload.starts_with("SIP/2.0 404 ")) << answers.back().payload;
  EXPECT_EQ(border.drops(access, Reason::no_rule), 1u);
  border.advance(40s);
}

/// RFC 4733: all that is needed of an event that has ended.
std::string event_packet(uint16_t sequence, uint8_t event) {
  std::string packet = rtp_packet(sequence, 101).substr(0, 12);
  packet[6] = char(sequence);  // of the timestamp: another event each time
  return packet + char(event) + "\x8a\x05" + char(0);
}

TEST_P(Call, DigitsThatWaitInVainAreCounted) {
  config::Model model = border_model(GetParam());
  model.trunks[0].digits = config::DigitRule::info;
  Border border(model);
  ScriptedCall call(border);
  call.establish();
  for (uint16_t sequence = 1; sequence <= 4; ++sequence) {
    border.advance(100ms);
    border.arrive_udp(access, {phone, 30000}, {access_us, call.port_for_phone},
                      event_packet(sequence, uint8_t(sequence)));
    border.settle();
    EXPECT_EQ(call.to_pbx().starts_with("INFO "), sequence == 1) << sequence << border.describe_drops();
  }
  EXPECT_EQ(border.drops(core, Reason::digit_lost), 0u);
  call.hang_up_by_caller();
  EXPECT_EQ(border.drops(core, Reason::digit_lost), 3u);
  border.advance(40s);
}

INSTANTIATE_TEST_SUITE_P(Workers, Call, testing::Values(1u, 3u));

}  // namespace
}  // namespace sbc::packet
