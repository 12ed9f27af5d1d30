// What the host answers, reports and refuses: ARP, NDP, ICMP of both families.
#include "dataplane/host/host.h"

#include <random>

#include <gtest/gtest.h>

#include "tests/dataplane/host/recorded_sink.h"

namespace sbc::host {
namespace {

using namespace std::chrono_literals;

TEST(Arp, QuestionsForOurAddressesAreAnswered) {  // RFC 826
  Bench bench;
  EXPECT_EQ(bench.arp_request("192.0.2.20", mac(20)), Reason::none);
  ASSERT_EQ(bench.sink.sent.size(), 1u);
  auto arp = bench.sink.arp(0);
  ASSERT_TRUE(arp);
  EXPECT_EQ(arp->operation, wire::Arp::Operation::reply);
  EXPECT_EQ(arp->sender_mac, our_mac);
  EXPECT_EQ(arp->sender, address("192.0.2.10"));
  EXPECT_EQ(arp->target, address("192.0.2.20"));
  EXPECT_EQ(bench.sink.sent[0].frame.destination_mac, mac(20));
}

TEST(Arp, QuestionsForOthersAreNot) {
  Bench bench;
  bench.arp_request("192.0.2.20", mac(20), "192.0.2.11");
  bench.arp_request("192.0.2.20", mac(20), "10.0.0.10");  // ours, but in another realm
  EXPECT_TRUE(bench.sink.sent.empty());
}

TEST(Arp, ProbesForOurAddressesAreAnsweredAndTeachNothing) {  // RFC 5227 2.1.1
  Bench bench;
  EXPECT_EQ(bench.arp_request("0.0.0.0", mac(20)), Reason::none);
  EXPECT_EQ(bench.sink.sent.size(), 1u);
  EXPECT_EQ(bench.host.neighbours().count(access), 2u) << "only the gateways";
}

TEST(Arp, AnotherHostThatClaimsOurAddressIsReportedAndAnsweredAtMostEveryTenSeconds) {  // RFC 5227 2.4 (c)
  Bench bench;
  for (int i = 0; i < 5; ++i) bench.announcement("192.0.2.10", mac(66));
  ASSERT_EQ(bench.sink.notices.size(), 1u);
  EXPECT_EQ(bench.sink.notices[0].kind, Notice::Kind::address_conflict);
  EXPECT_EQ(bench.sink.notices[0].mac, mac(66));
  ASSERT_EQ(bench.sink.sent.size(), 1u);
  EXPECT_TRUE(bench.sink.arp(0)->is_announcement());
  EXPECT_EQ(bench.sink.arp(0)->sender_mac, our_mac);
  bench.wait(10s);
  bench.arp_request("192.0.2.10", mac(66));  // an announcement in its other form
  EXPECT_EQ(bench.sink.notices.size(), 2u);
  EXPECT_EQ(bench.sink.sent.size(), 2u) << "no answer besides";
}

TEST(Arp, MalformedOnesAreCounted) {
  Bench bench;
  Bytes out(64);
  auto frame = wire::write_arp(
      out, {our_mac, mac(20), 0},
      {wire::Arp::Operation::request, mac(20), {}, address("192.0.2.20"), address("192.0.2.10")});
  out[wire::ethernet_size + 7] = 9;
  EXPECT_EQ(bench.receive(frame), Reason::arp_bad);
}

TEST(Announce, EveryAddressTwiceTwoSecondsApart) {  // RFC 5227 2.3, RFC 4861 7.2.6
  Bench bench;
  bench.host.announce(bench.now);
  ASSERT_EQ(bench.sink.sent.size(), 3u);
  EXPECT_TRUE(bench.sink.arp(0)->is_announcement());
  EXPECT_EQ(bench.sink.arp(0)->sender, address("192.0.2.10"));
  EXPECT_EQ(bench.sink.sent[0].frame.destination_mac, broadcast);
  auto ndp = bench.sink.ndp(1);
  ASSERT_TRUE(ndp);
  EXPECT_EQ(ndp->kind, wire::Ndp::Kind::advertisement);
  EXPECT_FALSE(ndp->solicited);
  EXPECT_TRUE(ndp->override_flag);
  EXPECT_EQ(ndp->target, address("2001:db8:a::10"));
  EXPECT_EQ(bench.sink.sent[1].frame.destination, address("ff02::1"));
  EXPECT_EQ(bench.sink.sent[2].realm, core);
  EXPECT_EQ(bench.sink.sent[2].frame.vlan, 7);
  EXPECT_EQ(bench.host.next_deadline(), bench.now + 2s);
  bench.wait(2s);
  EXPECT_EQ(bench.sink.sent.size(), 6u);
  bench.wait(1h);
  EXPECT_EQ(bench.sink.sent.size(), 6u);
}

const wire::Ndp ask_ours{wire::Ndp::Kind::solicitation, false,  false, false,
                         address("2001:db8:a::10"),     mac(20)};

TEST(Ndp, SolicitationsForOurAddressesAreAnswered) {  // RFC 4861 7.2.4
  Bench bench;
  EXPECT_EQ(bench.receive_ndp("2001:db8:a::20", "ff02::1:ff00:10", mac(20), ask_ours), Reason::none);
  auto ndp = bench.sink.ndp(0);
  ASSERT_TRUE(ndp);
  EXPECT_EQ(ndp->kind, wire::Ndp::Kind::advertisement);
  EXPECT_TRUE(ndp->solicited && ndp->override_flag && !ndp->router);
  EXPECT_EQ(ndp->link_layer, our_mac);
  EXPECT_EQ(bench.sink.sent[0].frame.source, address("2001:db8:a::10"));
  EXPECT_EQ(bench.sink.sent[0].frame.destination, address("2001:db8:a::20"));
  EXPECT_EQ(bench.sink.sent[0].frame.destination_mac, mac(20));
  EXPECT_EQ(bench.sink.sent[0].frame.ttl, 255);
}

TEST(Ndp, WhoCheckWhetherOurAddressIsFreeIsTold) {  // RFC 4862 5.4.3, RFC 4861 7.2.4
  Bench bench;
  wire::Ndp dad = ask_ours;
  dad.link_layer.reset();
  EXPECT_EQ(bench.receive_ndp("::", "ff02::1:ff00:10", mac(20), dad), Reason::none);
  auto ndp = bench.sink.ndp(0);
  ASSERT_TRUE(ndp);
  EXPECT_FALSE(ndp->solicited);
  EXPECT_EQ(bench.sink.sent[0].frame.destination, address("ff02::1"));
}

TEST(Ndp, OthersSolicitationsAreIgnored) {
  Bench bench;
  wire::Ndp other = ask_ours;
  other.target = address("2001:db8:a::1:10");  // the same solicited-node group as ours
  EXPECT_EQ(bench.receive_ndp("2001:db8:a::20", "ff02::1:ff00:10", mac(20), {other}), Reason::icmp_ignored);
  EXPECT_EQ(bench.receive_ndp("2001:db8:a::20", "ff02::1:ff00:11", mac(20), ask_ours), Reason::ip_not_for_us);
  EXPECT_TRUE(bench.sink.sent.empty());
}

TEST(Ndp, WhatCameOverARouterIsRefused) {  // RFC 4861 7.1.1
  Bench bench;
  Bytes out(wire::ndp_frame_max);
  auto frame = wire::write_ndp(
      out, {{our_mac, mac(20), 0}, address("2001:db8:a::20"), address("2001:db8:a::10")}, ask_ours);
  out[wire::ethernet_size + 7] = 254;
  EXPECT_EQ(bench.receive(frame), Reason::ndp_bad);
}

Bytes echo_request(const char* source, const char* destination, size_t length,
                   const MacAddress& to = our_mac) {
  wire::IpPath path{{to, mac(20), 0}, address(source), address(destination)};
  size_t offset = wire::ethernet_size + wire::ip_header_size(path);
  Bytes out(offset + wire::icmp_header_size + length, 0x5a);
  auto message = std::span(out).subspan(offset);
  bool v4 = path.source.is_v4();
  message[0] = v4 ? 8 : 128;
  message[1] = 0;
  wire::seal_icmp(message, path);
  wire::write_ip_frame(out, offset, message.size(), path, v4 ? wire::protocol_icmp : wire::protocol_icmpv6);
  return out;
}

TEST(Echo, IsAnsweredInBothFamilies) {  // RFC 792, RFC 4443 4.2
  struct {
    const char* source;
    const char* destination;
  } cases[] = {{"198.51.100.7", "192.0.2.10"}, {"2001:db8:f::7", "2001:db8:a::10"}};
  for (auto [source, destination] : cases) {
    for (size_t length : {size_t(0), size_t(1), size_t(56), size_t(1400)}) {
      Bench bench;
      Bytes request = echo_request(source, destination, length);
      ASSERT_EQ(bench.receive(request), Reason::none);
      ASSERT_EQ(bench.sink.sent.size(), 1u);
      const auto& reply = bench.sink.sent[0];
      EXPECT_EQ(reply.frame.source, address(destination));
      EXPECT_EQ(reply.frame.destination, address(source));
      EXPECT_EQ(reply.frame.destination_mac, mac(20));
      EXPECT_EQ(reply.bytes.size(), request.size());
      auto icmp = wire::parse_icmp(reply.frame, reply.bytes);
      ASSERT_TRUE(icmp);
      EXPECT_EQ(icmp->type, reply.frame.source.is_v4() ? 0 : 129);
      EXPECT_EQ(icmp->rest_of_header, 0x5a5a5a5au);
      EXPECT_EQ(icmp->body().size(), length);
    }
  }
}

TEST(Echo, IsLimited) {
  Bench bench;
  Bytes request = echo_request("198.51.100.7", "192.0.2.10", 8);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(bench.receive(request), Reason::none);
  EXPECT_EQ(bench.receive(request), Reason::icmp_rate);
  bench.wait(1ms);
  EXPECT_EQ(bench.receive(request), Reason::none);
}

TEST(Echo, ToOthersOrManyIsNotAnswered) {  // RFC 1122 3.2.2.6
  Bench bench;
  EXPECT_EQ(bench.receive(echo_request("198.51.100.7", "192.0.2.11", 8)), Reason::ip_not_for_us);
  EXPECT_EQ(bench.receive(echo_request("198.51.100.7", "192.0.2.255", 8, broadcast)), Reason::ip_not_for_us);
  EXPECT_EQ(bench.receive(echo_request("198.51.100.7", "192.0.2.10", 8, broadcast)),
            Reason::frame_not_for_us);
  EXPECT_EQ(bench.receive(echo_request("2001:db8:f::7", "ff02::1", 8, {{0x33, 0x33, 0, 0, 0, 1}})),
            Reason::icmp_ignored);
  EXPECT_TRUE(bench.sink.sent.empty());
}

TEST(Echo, LargerThanAnyFrameOfOursIsRefused) {
  Bench bench;
  EXPECT_EQ(bench.receive(echo_request("198.51.100.7", "192.0.2.10", 4000)), Reason::packet_too_big);
}

TEST(Icmp, WithAWrongChecksumIsRefused) {
  Bench bench;
  Bytes request = echo_request("198.51.100.7", "192.0.2.10", 8);
  request.back() ^= 1;
  EXPECT_EQ(bench.receive(request), Reason::icmp_bad);
}

TEST(Admit, RefusesWhatIsNotForUsOrPretendsToBeUs) {
  Bench bench;
  EXPECT_EQ(bench.receive(echo_request("198.51.100.7", "192.0.2.10", 8, mac(99))), Reason::frame_not_for_us);
  EXPECT_EQ(bench.receive(echo_request("192.0.2.10", "192.0.2.10", 8)), Reason::ip_source_bad);
  EXPECT_EQ(bench.receive(echo_request("192.0.2.255", "192.0.2.10", 8)), Reason::ip_source_bad);
  EXPECT_EQ(bench.receive(echo_request("10.0.0.77", "10.0.0.10", 8)), Reason::ip_not_for_us)
      << "another realm's";
}

Bytes udp_packet(const char* source, const char* destination, size_t length, const MacAddress& to = our_mac,
                 const MacAddress& from = mac(20)) {
  wire::UdpPath path{{{to, from, 0}, address(source), address(destination)}, 1111, 2222};
  size_t offset = wire::udp_headers_size(path);
  Bytes out(offset + length, 0x5a);
  wire::write_udp_frame(out, offset, length, path);
  return out;
}

TEST(ClosedPort, IsRefusedWithWhatWasSent) {  // RFC 792, RFC 4443 3.1
  struct {
    const char* source;
    const char* destination;
  } cases[] = {{"198.51.100.7", "192.0.2.10"}, {"2001:db8:f::7", "2001:db8:a::10"}};
  for (auto [source, destination] : cases) {
    Bench bench;
    Bytes packet = udp_packet(source, destination, 20);
    packet.resize(packet.size() + 10, 0xee);  // Ethernet padding
    EXPECT_EQ(bench.receive(packet), Reason::port_closed);
    ASSERT_EQ(bench.sink.sent.size(), 1u);
    const auto& sent = bench.sink.sent[0];
    EXPECT_EQ(sent.frame.destination, address(source));
    EXPECT_EQ(sent.frame.destination_mac, mac(20));
    auto icmp = wire::parse_icmp(sent.frame, sent.bytes);
    ASSERT_TRUE(icmp);
    EXPECT_EQ(Bytes(icmp->body().begin(), icmp->body().end()),
              Bytes(packet.begin() + wire::ethernet_size, packet.end() - 10));
    auto quoted = wire::parse_quoted_udp(*icmp);
    ASSERT_TRUE(quoted);
    EXPECT_EQ(quoted->error, wire::IcmpError::port_unreachable);
    EXPECT_EQ(quoted->destination, (Endpoint{address(destination), 2222}));
  }
}

TEST(ClosedPort, IsRefusedWithinALimit) {  // RFC 4443 2.4 (f)
  Bench bench;
  Bytes packet = udp_packet("198.51.100.7", "192.0.2.10", 20);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(bench.receive(packet), Reason::port_closed);
  EXPECT_EQ(bench.sink.sent.size(), 50u);
}

TEST(ClosedPort, IsNotRefusedToManyOrFromNobody) {  // RFC 1122 3.2.2, RFC 4443 2.4 (e)
  Bench bench;
  EXPECT_EQ(bench.receive(udp_packet("198.51.100.7", "192.0.2.255", 20, broadcast)), Reason::ip_not_for_us);
  EXPECT_EQ(bench.receive(udp_packet("198.51.100.7", "192.0.2.10", 20, broadcast)), Reason::frame_not_for_us);
  EXPECT_EQ(bench.receive(udp_packet("198.51.100.7", "192.0.2.10", 20, our_mac, broadcast)),
            Reason::port_closed);
  EXPECT_TRUE(bench.sink.sent.empty());
}

/// "Port unreachable" from `router` about a packet of `local` to `remote`.
Bytes port_unreachable(const char* router, const char* to, const char* local, const char* remote) {
  Bytes quoted = udp_packet(local, remote, 20);
  wire::IpPath path{{our_mac, mac(20), 0}, address(router), address(to)};
  Bytes out(1400);
  auto frame = wire::write_port_unreachable(out, path, std::span(quoted).subspan(wire::ethernet_size));
  return {frame.begin(), frame.end()};
}

TEST(IcmpErrors, AboutOurPacketsAreReported) {  // RFC 1122 3.2.2.1, RFC 4443 2.4 (d)
  Bench bench;
  EXPECT_EQ(bench.receive(port_unreachable("198.51.100.1", "192.0.2.10", "192.0.2.10", "198.51.100.7")),
            Reason::none);
  EXPECT_EQ(
      bench.receive(port_unreachable("2001:db8:f::1", "2001:db8:a::10", "2001:db8:a::10", "2001:db8:f::7")),
      Reason::none);
  ASSERT_EQ(bench.sink.errors.size(), 2u);
  EXPECT_EQ(bench.sink.errors[0].realm, access);
  EXPECT_EQ(bench.sink.errors[0].error, wire::IcmpError::port_unreachable);
  EXPECT_EQ(bench.sink.errors[0].local, *Endpoint::parse("192.0.2.10:1111"));
  EXPECT_EQ(bench.sink.errors[0].remote, *Endpoint::parse("198.51.100.7:2222"));
  EXPECT_EQ(bench.sink.errors[1].remote, *Endpoint::parse("[2001:db8:f::7]:2222"));
  Bytes quoted = udp_packet("192.0.2.10", "198.51.100.7", 20);
  auto header = std::span(quoted).subspan(wire::ethernet_size + wire::ipv4_size, wire::udp_size);
  EXPECT_EQ(bench.sink.errors[0].mark, wire::read_mark(header));
  EXPECT_TRUE(bench.sink.sent.empty()) << "an error is never answered";
}

TEST(IcmpErrors, AboutOthersPacketsAreIgnored) {
  Bench bench;
  EXPECT_EQ(bench.receive(port_unreachable("198.51.100.1", "192.0.2.10", "192.0.2.11", "198.51.100.7")),
            Reason::icmp_ignored);
  EXPECT_EQ(bench.receive(port_unreachable("198.51.100.1", "192.0.2.10", "10.0.0.10", "198.51.100.7")),
            Reason::icmp_ignored)
      << "ours, but in another realm";
  EXPECT_TRUE(bench.sink.errors.empty());
}

TEST(IcmpErrors, AreLimited) {
  Bench bench;
  Bytes error = port_unreachable("198.51.100.1", "192.0.2.10", "192.0.2.10", "198.51.100.7");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(bench.receive(error), Reason::none);
  EXPECT_EQ(bench.receive(error), Reason::icmp_rate);
}

TEST(IcmpErrors, RedirectsAndRouterAdvertisementsAreIgnored) {
  Bench bench;
  Bytes redirect = port_unreachable("192.0.2.1", "192.0.2.10", "192.0.2.10", "198.51.100.7");
  auto message = std::span(redirect).subspan(wire::ethernet_size + wire::ipv4_size);
  message[0] = 5;
  wire::seal_icmp(message, {{}, address("192.0.2.1"), address("192.0.2.10")});
  EXPECT_EQ(bench.receive(redirect), Reason::icmp_ignored);
  Bytes router = echo_request("fe80::1", "ff02::1", 8, {{0x33, 0x33, 0, 0, 0, 1}});
  auto advertisement = std::span(router).subspan(wire::ethernet_size + wire::ipv6_size);
  advertisement[0] = 134;
  wire::seal_icmp(advertisement, {{}, address("fe80::1"), address("ff02::1")});
  EXPECT_EQ(bench.receive(router), Reason::icmp_ignored);
}

/// Whatever arrives, in whatever order, with time passing: every held packet comes back exactly once, the
/// table keeps its bound, and what is sent parses.
TEST(Host, KeepsItsInvariantsUnderMutatedTraffic) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    Bench bench;
    std::vector<Bytes> corpus;
    for (auto& frame :
         {echo_request("198.51.100.7", "192.0.2.10", 20), echo_request("2001:db8:f::7", "2001:db8:a::10", 20),
          udp_packet("198.51.100.7", "192.0.2.10", 20),
          port_unreachable("198.51.100.1", "192.0.2.10", "192.0.2.10", "198.51.100.7")}) {
      corpus.push_back(frame);
    }
    Bytes out(wire::ndp_frame_max);
    auto solicitation = wire::write_ndp(
        out, {{our_mac, mac(20), 0}, address("2001:db8:a::20"), address("2001:db8:a::10")}, ask_ours);
    corpus.emplace_back(solicitation.begin(), solicitation.end());
    uint64_t held = 0;
    for (int step = 0; step < 3000; ++step) {
      std::string neighbour = "192.0.2." + std::to_string(20 + random() % 40);
      MacAddress from = mac(uint8_t(random() % 4));
      switch (random() % 7) {
        case 0:
          held += bench.hold(neighbour.c_str(), held) == Reason::none;
          break;
        case 1:
          bench.arp_reply(neighbour.c_str(), from);
          break;
        case 2:
          bench.arp_request(neighbour.c_str(), from);
          break;
        case 3:
          bench.announcement(neighbour.c_str(), from);
          break;
        case 4:
          bench.wait(Duration(int64_t(random() % 4'000'000'000)));
          break;
        default: {
          Bytes mutated = corpus[random() % corpus.size()];
          for (uint64_t n = random() % 4; n > 0; --n) mutated[random() % mutated.size()] = uint8_t(random());
          if (random() % 4 == 0) mutated.resize(random() % (mutated.size() + 1));
          mutated.shrink_to_fit();
          auto frame = wire::parse_frame(mutated, {.ip = true, .udp = true});
          if (frame) (void)bench.host.on_frame(access, *frame, mutated, bench.now);
        }
      }
      ASSERT_LE(bench.host.neighbours().count(access), 16u);
    }
    bench.wait(1min);
    EXPECT_EQ(bench.sink.released.size() + bench.sink.discarded.size(), held);
    for (const auto& sent : bench.sink.sent) ASSERT_TRUE(wire::parse_frame(sent.bytes));
  }
}

}  // namespace
}  // namespace sbc::host
