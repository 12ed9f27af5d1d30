// The short way through the relay does what the long one does, to every bit and count, and takes what it
// should.
#include <random>

#include <gtest/gtest.h>

#include "dataplane/wire/checksum.h"
#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

using namespace std::chrono_literals;

/// One relay that knows the short way and one that does not.
class SteadyTest : public testing::Test {
 protected:
  SteadyTest() { quick.try_steady = true; }
  void install(const Relay& relay) {
    installed = relay;
    for (Side& side : installed.sides) side.formats.add({0, rtp::Codec::g711, 8'000});
    quick.install(installed);
    whole.install(installed);
  }
  void push(const Bytes& frame, RealmId realm = access) {
    now = now + 20ms + Duration(std::chrono::microseconds(137 * (++pushed % 9)));
    quick.now = whole.now = now;
    const Sent by_quick = quick.push_buffer(realm, frame), by_whole = whole.push_buffer(realm, frame);
    EXPECT_EQ(by_quick.reason, by_whole.reason) << name_of(by_whole.reason);
    EXPECT_EQ(by_quick.realm, by_whole.realm);
    EXPECT_EQ(by_quick.destination, by_whole.destination);
    EXPECT_EQ(by_quick.packet, by_whole.packet);
    EXPECT_EQ(by_quick.news, by_whole.news);
    same(installed.sides[0].local);
    same(installed.sides[1].local);
  }
  void same(const MediaPort& port) {
    const SideStats a = quick.engine.stats(port), b = whole.engine.stats(port);
    EXPECT_EQ(a.packets, b.packets);
    EXPECT_EQ(a.bytes, b.bytes);
    EXPECT_EQ(a.lost, b.lost);
    EXPECT_EQ(a.duplicates, b.duplicates);
    EXPECT_EQ(a.reordered, b.reordered);
    EXPECT_EQ(a.streams, b.streams);
    EXPECT_EQ(a.refused, b.refused);
    EXPECT_EQ(a.jitter, b.jitter);
    EXPECT_EQ(a.jitter_max, b.jitter_max);
    EXPECT_EQ(a.loss_runs, b.loss_runs);
    EXPECT_EQ(a.strangers, b.strangers);
    EXPECT_EQ(a.too_many, b.too_many);
    EXPECT_EQ(a.codec, b.codec);
    EXPECT_EQ(a.latched, b.latched);
    EXPECT_EQ(a.last_packet, b.last_packet);
  }
  static Bytes frame(uint16_t sequence, const Wire& wire = {}, const Endpoint& from = caller) {
    return Rig::frame_of(from, access_port, rtp({.sequence = sequence}), wire);
  }

  Rig quick, whole;
  Relay installed;
  unsigned pushed = 0;
  Instant now{1'000'000'000};
};

TEST_F(SteadyTest, WhatFollowsTheFirstPacketTakesTheShortWay) {
  install(plain_relay());
  for (uint16_t sequence = 1; sequence <= 100; ++sequence) push(frame(sequence));
  EXPECT_EQ(quick.steady, 99u);
  EXPECT_GT(quick.engine.stats({access, 0, 20000}).jitter.value(), 100us);
}

TEST_F(SteadyTest, WithoutAChecksumWithPaddingAndInBothDirections) {
  install(plain_relay());
  push(frame(1));
  push(frame(2, {.checksum = false}));
  push(frame(3, {.padding = 7}));
  push(Rig::frame_of(callee, core_port, rtp({.sequence = 1}), {}), core);
  push(Rig::frame_of(callee, core_port, rtp({.sequence = 2}), {}), core);
  EXPECT_EQ(quick.steady, 3u);
}

/// RFC 768: a checksum that comes out as zero is sent as all ones.
TEST_F(SteadyTest, AChecksumOfZeroIsNotSentAsNone) {
  install(plain_relay());
  push(frame(1));
  Bytes payload = rtp({.sequence = 2}, 2);
  store_be16(&payload[12], 0);
  constexpr size_t checksum = wire::ipv4_size + 6;
  const Bytes sent = quick.push_buffer(access, Rig::frame_of(caller, access_port, payload, {})).packet;
  std::copy_n(&sent[checksum], 2, &payload[12]);
  const Bytes zero = quick.push_buffer(access, Rig::frame_of(caller, access_port, payload, {})).packet;
  EXPECT_EQ(load_be16(&zero[checksum]), 0xffff);
  EXPECT_EQ(quick.steady, 2u);
}

/// The same between any two families.
struct Families {
  const char* name;
  bool in_v6, out_v6;
};

class SteadyFamiliesTest : public SteadyTest, public testing::WithParamInterface<Families> {
 protected:
  SteadyFamiliesTest() {
    Relay relay = plain_relay();
    relay.sides[0].local.address = GetParam().in_v6;
    relay.sides[1].local.address = GetParam().out_v6;
    relay.sides[0].remote = from;
    relay.sides[1].remote = back;
    install(relay);
  }
  Bytes frame_in(const Bytes& payload, const Wire& wire = {}) const {
    return Rig::frame_of(from, to, payload, wire);
  }
  Bytes frame_back(const Bytes& payload, const Wire& wire = {}) const {
    return Rig::frame_of(back, {GetParam().out_v6 ? core_v6 : core_port.address, 20002}, payload, wire);
  }
  /// Both sides latch.
  void begin() {
    push(frame_in(rtp({.sequence = 1})));
    push(frame_back(rtp({.sequence = 1})), core);
  }
  size_t ip_size() const { return GetParam().in_v6 ? wire::ipv6_size : wire::ipv4_size; }

  void mangle(Bytes& bytes);
  void make_checksums_right(uint8_t* ip, size_t udp_room);

  const IpAddress access_v6 = IpAddress::parse("2001:db8:a::1").value();
  const IpAddress core_v6 = IpAddress::parse("2001:db8:c::1").value();
  const Endpoint from = GetParam().in_v6 ? endpoint("[2001:db8:a::77]:4000") : caller;
  const Endpoint to{GetParam().in_v6 ? access_v6 : access_port.address, 20000};
  const Endpoint back = GetParam().out_v6 ? endpoint("[2001:db8:c::99]:6000") : callee;
  std::minstd_rand random{3551};
};

INSTANTIATE_TEST_SUITE_P(Families, SteadyFamiliesTest,
                         testing::Values(Families{"Ipv4", false, false}, Families{"Ipv6", true, true},
                                         Families{"Ipv4ToIpv6", false, true},
                                         Families{"Ipv6ToIpv4", true, false}),
                         [](const auto& families) { return std::string(families.param.name); });

TEST_P(SteadyFamiliesTest, WhatFollowsTakesTheShortWayBothWays) {
  begin();
  for (uint16_t sequence = 2; sequence <= 50; ++sequence) {
    push(frame_in(rtp({.sequence = sequence}), {.padding = sequence % 8u}));
    push(frame_back(rtp({.sequence = sequence})), core);
  }
  EXPECT_EQ(quick.steady, 98u);
}

TEST_P(SteadyFamiliesTest, EveryChecksumIsCorrectedRight) {
  begin();
  for (uint16_t sequence = 2; sequence < 3000; ++sequence) {
    Bytes payload = rtp({.sequence = sequence}, 2);
    store_be16(&payload[12], uint16_t(random()));
    push(frame_in(payload));
  }
  EXPECT_EQ(quick.steady, 2998u);
}

/// IPv6 takes none and lets none out; what comes by IPv4 leaves with one.
TEST_P(SteadyFamiliesTest, WithoutAChecksumIpv6IsTheLongWays) {
  begin();
  Bytes bytes = frame_in(rtp({.sequence = 2}));
  store_be16(&bytes[Rig::headroom + wire::ethernet_size + ip_size() + 6], 0);
  push(bytes);
  EXPECT_EQ(quick.steady, GetParam().in_v6 || GetParam().out_v6 ? 0u : 1u);
}

void SteadyFamiliesTest::make_checksums_right(uint8_t* ip, size_t udp_room) {
  if (!GetParam().in_v6 && random() % 2) {
    store_be16(ip + 10, 0);
    store_be16(ip + 10, wire::Checksum().add({ip, wire::ipv4_size}).value());
  }
  uint8_t* udp = ip + ip_size();
  const size_t length = load_be16(udp + 4), pair = GetParam().in_v6 ? 32 : 8;
  if (length < wire::udp_size || length > udp_room) return;
  store_be16(udp + 6, 0);
  if (random() % 8 == 0) return;
  wire::Checksum sum;
  sum.add({udp - pair, pair}).add(wire::protocol_udp).add(uint16_t(length)).add({udp, length});
  store_be16(udp + 6, sum.value() == 0 ? 0xffff : sum.value());
}

/// A bit wrong anywhere in the headers, lengths that lie, other sources and types.
void SteadyFamiliesTest::mangle(Bytes& bytes) {
  uint8_t* ip = &bytes[Rig::headroom + wire::ethernet_size];
  for (auto changes = random() % 3; changes > 0; --changes) {
    const size_t at = random() % (ip_size() + wire::udp_size + rtp::rtp_header_size);
    ip[at] = random() % 2 ? uint8_t(random()) : uint8_t(ip[at] ^ 1u << random() % 8);
  }
  make_checksums_right(ip, bytes.size() - Rig::tailroom - Rig::headroom - wire::ethernet_size - ip_size());
  if (random() % 16 == 0)
    bytes.erase(bytes.end() - 1 - random() % 200 - Rig::tailroom, bytes.end() - Rig::tailroom);
}

/// Whatever is unusual. The UDP checksum alone, which the short way leaves to the receiver, is right.
TEST_P(SteadyFamiliesTest, WhatIsOtherwiseIsJudgedAsEver) {
  begin();
  for (int i = 0; i < 40'000; ++i) {
    Bytes bytes = frame_in(rtp({.sequence = uint16_t(i + 2)}), {.padding = random() % 4 ? 0 : random() % 9});
    mangle(bytes);
    if (bytes.size() < Rig::headroom + Rig::tailroom + wire::ethernet_size) continue;
    push(bytes);
    if (testing::Test::HasFailure()) FAIL() << "after " << i;
  }
  EXPECT_GT(quick.steady, 10'000u);
  EXPECT_LT(quick.steady, 35'000u);
}

TEST_F(SteadyTest, DamageThatTheUdpChecksumShowsStaysVisible) {
  install(plain_relay());
  push(frame(1));
  Bytes damaged = frame(2);
  damaged[damaged.size() - Rig::tailroom - 1] ^= 1;
  quick.now = now + 20ms;
  const Sent sent = quick.push_buffer(access, damaged);
  EXPECT_EQ(sent.reason, Reason::none);
  const Bytes& packet = sent.packet;
  Bytes framed(wire::ethernet_size);
  store_be16(&framed[12], wire::ethertype_ipv4);
  framed.insert(framed.end(), packet.begin(), packet.end());
  EXPECT_EQ(wire::parse_frame(framed).reason(), Reason::udp_checksum_bad);
}

TEST_F(SteadyTest, TheRateHoldsOnTheShortWay) {
  Relay relay = plain_relay();
  relay.pace.packets_per_second = 10;
  install(relay);
  for (uint16_t sequence = 1; sequence <= 200; ++sequence) push(frame(sequence));
  EXPECT_GT(quick.engine.stats({access, 0, 20000}).too_many, 50u);
}

TEST_F(SteadyTest, OtherRulesTakeEffectAtOnce) {
  Relay relay = plain_relay();
  install(relay);
  push(frame(1));
  push(frame(2));
  relay.sides[1].held_back = true;
  install(relay);
  push(frame(3));
  relay.sides[1].held_back = false;
  relay.sides[1].remote = endpoint("10.0.0.99:7000");
  install(relay);
  push(frame(4));
  const unsigned before = quick.steady;
  push(frame(5));
  EXPECT_EQ(quick.steady, before + 1);
  quick.engine.remove(Kind::rtp, {relay.sides[0].local, relay.sides[1].local});
  whole.engine.remove(Kind::rtp, {relay.sides[0].local, relay.sides[1].local});
  push(frame(6));
  EXPECT_EQ(quick.steady, before + 1);
}

/// Where the packets leave now is not where they left before.
TEST_F(SteadyTest, TheNextHopIsForgottenWithTheAddressThatItLedTo) {
  Relay relay = plain_relay();
  install(relay);
  const FlowIndex flow = quick.engine.flow_of({access, 0, 20000});
  quick.engine.next_hop_of(flow) = 5;
  push(frame(1));
  EXPECT_EQ(quick.engine.next_hop_of(flow), 5u);
  push(Rig::frame_of(endpoint("10.0.0.9:6002"), core_port, rtp(), {}), core);  // latches
  EXPECT_EQ(quick.engine.next_hop_of(flow), FlowLine::no_next_hop);
  quick.engine.next_hop_of(flow) = 5;
  relay.sides[1].remote = endpoint("10.0.0.99:7000");
  install(relay);
  EXPECT_EQ(quick.engine.next_hop_of(flow), FlowLine::no_next_hop);
}

/// Two addresses of a realm that end alike: the second is found the long way.
TEST(Peek, FindsAFlowByItsDestinationAlone) {
  config::Model model = two_realms_and_an_overlapping_one();
  model.realms[0].media.addresses = {
      IpAddress::parse("192.0.2.1").value(), IpAddress::parse("192.0.3.1").value(),
      IpAddress::parse("2001:db8:a::1").value(), IpAddress::parse("192.0.2.9").value()};
  const IpAddress sixth = model.realms[0].media.addresses[2], mapped = model.realms[0].media.addresses[3],
                  another_sixth = IpAddress::parse("2001:db8:b::1").value();
  const MediaRanges ranges(model);
  for (unsigned workers : {1u, 3u}) {
    for (unsigned self = 0; self < workers; ++self) {
      const FlowTable table(ranges, WorkerId(self), workers);
      for (unsigned port = 19'900; port < 21'100; ++port) {
        const bool in_range = port >= 20'000 && port <= 20'999;
        const MediaPort local{access, 3, uint16_t(port)};
        const uint8_t ninth[] = {192, 0, 2, 9}, like_the_first[] = {192, 0, 3, 1},
                      another[] = {192, 0, 2, 10};
        const FlowIndex found = table.index_of_v4(access, ninth, uint16_t(port));
        if (in_range) {
          EXPECT_EQ(found, table.index_of_port(local)) << port;
        }
        if (found != no_flow) {
          EXPECT_EQ(port_owner(uint16_t(port), workers), WorkerId(self));
        }
        EXPECT_EQ(table.index_of_v4(access, like_the_first, uint16_t(port)), no_flow);
        EXPECT_EQ(table.index_of_v4(access, another, uint16_t(port)), no_flow);
        if (in_range) {
          EXPECT_EQ(table.index_of_v6(access, sixth.bytes.data(), uint16_t(port)),
                    table.index_of_port({access, 2, uint16_t(port)}));
        }
        EXPECT_EQ(table.index_of_v6(access, another_sixth.bytes.data(), uint16_t(port)), no_flow);
        EXPECT_EQ(table.index_of_v6(access, mapped.bytes.data(), uint16_t(port)), no_flow);
      }
    }
  }
}

}  // namespace
}  // namespace sbc::media
