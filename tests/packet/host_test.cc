// What neighbours see of the SBC as an IP host, whichever worker hears them.
#include <gtest/gtest.h>

#include "dataplane/wire/arp.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/icmp.h"
#include "tests/packet/scripted_call.h"

namespace sbc::packet {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress everybody{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

std::vector<uint8_t> echo_request(Border& border, const IpAddress& from, const IpAddress& to) {
  std::vector<uint8_t> request = border.udp_frame(access, {from, 0}, {to, 0}, std::string(32, 'p'));
  wire::Frame frame = *wire::parse_frame(request);
  request[size_t(frame.ip_offset) + 9] = wire::protocol_icmp;
  uint8_t* icmp = request.data() + frame.transport_offset;
  std::fill(icmp, icmp + 8, uint8_t(0));
  icmp[0] = 8;
  wire::IpPath path;
  path.source = from;
  path.destination = to;
  wire::seal_icmp({icmp, request.size() - frame.transport_offset}, path);
  uint8_t* ip = request.data() + frame.ip_offset;
  ip[10] = ip[11] = 0;
  uint16_t sum = wire::Checksum().add(std::span<const uint8_t>(ip, wire::ipv4_size)).value();
  ip[10] = uint8_t(sum >> 8);
  ip[11] = uint8_t(sum);
  return request;
}

class Host : public testing::TestWithParam<unsigned> {};

TEST_P(Host, AnswersArp) {
  Border border(border_model(GetParam()));
  for (int i = 0; i < 8; ++i) {
    std::array<uint8_t, 64> buffer;
    MacAddress mac = neighbour_mac(phone);
    border.arrive(access, wire::write_arp(buffer, {everybody, mac, 0},
                                          {wire::Arp::Operation::request, mac, {}, phone, access_us}));
    border.settle();
    auto out = border.take_others(access);
    ASSERT_EQ(out.size(), 1u);
    auto reply = wire::parse_arp(wire::parse_frame(out[0])->payload(out[0]));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->operation, wire::Arp::Operation::reply);
    EXPECT_EQ(reply->sender, access_us);
  }
}

TEST_P(Host, AnswersEchoAndRefusesClosedPorts) {
  Border border(border_model(GetParam()));
  border.arrive(access, echo_request(border, phone, access_us));
  border.settle();
  auto out = border.take_others(access);
  ASSERT_EQ(out.size(), 1u);
  auto reply = wire::parse_icmp(*wire::parse_frame(out[0]), out[0]);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->type, 0);

  border.arrive_udp(access, {phone, 1234}, {access_us, 9}, "anybody?");
  border.settle();
  out = border.take_others(access);
  ASSERT_EQ(out.size(), 1u);
  auto error = wire::parse_icmp(*wire::parse_frame(out[0]), out[0]);
  ASSERT_TRUE(error && error->is_error());
  EXPECT_EQ(wire::parse_quoted_udp(*error)->source, (Endpoint{phone, 1234}));
  EXPECT_EQ(border.drops(access, Reason::port_closed), 1u);
}

TEST_P(Host, LetsEveryWorkerKnowANeighbourThatOneHasHeard) {
  Border border(border_model(GetParam()));
  for (int i = 0; i < 20; ++i) {
    std::string id = "o" + std::to_string(i);
    border.arrive_udp(
        access, {phone, 5060}, {access_us, 5060},
        "OPTIONS sip:198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.10:5060;branch=z9hG4bK" + id +
            "\r\nFrom: <sip:a@b.example>;tag=1\r\nTo: <sip:c@d.example>\r\nCall-ID: " + id +
            "\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
    border.settle();
    std::vector<Out> out = border.take_udp();
    ASSERT_EQ(out.size(), 1u) << i;
    EXPECT_TRUE(out[0].payload.starts_with("SIP/2.0 200 ")) << out[0].payload;
    EXPECT_EQ(out[0].frame.destination_mac, neighbour_mac(phone));
    EXPECT_EQ(out[0].frame.dscp, 24);
  }
  border.advance(40s);
}

/// "Port unreachable" from the PBX's own address, quoting this datagram of ours.
std::vector<uint8_t> unreachable(Border& border, const Out& sent, std::string_view payload) {
  std::vector<uint8_t> quoted = border.udp_frame(core, sent.frame.from(), sent.frame.to(), payload);
  const wire::IpPath path{{sent.frame.source_mac, neighbour_mac(pbx), 0}, pbx, core_us};
  std::vector<uint8_t> out(1500);
  auto frame = wire::write_port_unreachable(out, path, std::span(quoted).subspan(wire::ethernet_size));
  return {frame.begin(), frame.end()};
}

// RFC 3261 18.4, RFC 5927 4. With one worker: whose queue an ICMP error is on, is the port's affair.
TEST(HostErrors, EndAnInviteOnlyWhereTheyQuoteIt) {
  Border border(border_model(1));
  ScriptedCall call(border);
  call.from_phone(call.invite());
  std::vector<Out> sent = border.take_udp();
  ASSERT_EQ(sent.back().realm, core);
  const Out invite = sent.back();
  std::string forged = invite.payload;
  forged[forged.find("branch=z9hG4bK") + 15] ^= 1;
  border.arrive(core, unreachable(border, invite, forged));
  border.arrive(core, unreachable(border, invite, invite.payload + " "));
  border.settle();
  EXPECT_TRUE(border.take_udp().empty());
  EXPECT_EQ(border.live_calls(), 1u);
  border.arrive(core, unreachable(border, invite, invite.payload));
  border.settle();
  sent = border.take_udp();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].realm, access);
  EXPECT_GE(sent[0].payload.substr(8, 3), "400");
  EXPECT_EQ(border.live_calls(), 0u);
}

TEST(HostErrors, AreOurOwnWhereNoNeighbourAnswers) {
  Border border(border_model(1));
  border.advance(1s);
  border.neighbours_answer = false;
  config::Model elsewhere = *border.model();
  elsewhere.trunks[0].peers = {Endpoint{IpAddress::v4(203, 0, 113, 99), 5060}};
  elsewhere.routes[0].attempt_timeout = 30s;
  border.publish(border.compile(std::make_shared<config::Model>(elsewhere)));
  ScriptedCall call(border);
  call.from_phone(call.invite());
  EXPECT_EQ(border.live_calls(), 1u);
  border.advance(3500ms);
  EXPECT_EQ(border.live_calls(), 0u) << "three questions, a second each";
  border.neighbours_answer = true;  // the phone hears of it, and nothing is held any more
  border.advance(4s);
}

INSTANTIATE_TEST_SUITE_P(Workers, Host, testing::Values(1u, 3u));

}  // namespace
}  // namespace sbc::packet
