// Frames in, verdicts and packets out: what is relayed is rewritten to the byte, what is not has a reason.
#include <algorithm>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

/// One direction of a relay between any two families, seen on the wire in one of several ways.
struct Row {
  const char* name;
  MediaPort in, out;
  Endpoint from, to;  // the far ends
  Wire wire;
  bool checksum_out = true;
};

class RewriteTest : public testing::TestWithParam<Row> {};

const MediaPort access_v4{access, 0, 20000}, access_v6{access, 1, 20000};
const MediaPort core_v4{core, 0, 20002}, core_v6{core, 1, 20002};
const Endpoint caller_v6 = endpoint("[2001:db8:a::77]:4000"), callee_v6 = endpoint("[2001:db8:c::99]:6000");

INSTANTIATE_TEST_SUITE_P(
    Rows, RewriteTest,
    testing::Values(
        Row{"Ipv4", access_v4, core_v4, caller, callee, {}},
        Row{"Ipv4Tagged", access_v4, core_v4, caller, callee, {.vlan = 100}},
        Row{"Ipv4WithoutChecksumKeepsNone", access_v4, core_v4, caller, callee, {.checksum = false}, false},
        Row{"Ipv4Padded", access_v4, core_v4, caller, callee, {.padding = 6}},
        Row{"Ipv4CoreToAccess", core_v4, access_v4, callee, caller, {}},
        Row{"Ipv6", access_v6, core_v6, caller_v6, callee_v6, {}},
        Row{"Ipv6Tagged", access_v6, core_v6, caller_v6, callee_v6, {.vlan = 7}},
        Row{"Ipv4ToIpv6", access_v4, core_v6, caller, callee_v6, {}},
        Row{"Ipv4ToIpv6WithoutChecksumGetsOne", access_v4, core_v6, caller, callee_v6, {.checksum = false}},
        Row{"Ipv4ToIpv6TaggedAndPadded", access_v4, core_v6, caller, callee_v6, {.vlan = 9, .padding = 2}},
        Row{"Ipv6ToIpv4", access_v6, core_v4, caller_v6, callee, {}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_P(RewriteTest, ThePacketLeavesAsIfWeHadMadeItWithItsPayloadUntouched) {
  const Row& row = GetParam();
  Rig rig;
  Relay relay = plain_relay();
  relay.sides[0] = {.local = row.in, .remote = row.from, .payload_types = {1, 0}, .dscp = 8};
  relay.sides[1] = {.local = row.out, .remote = row.to, .payload_types = {1, 0}, .dscp = 46};
  rig.install(relay);
  // Odd and even lengths, and contents that make the one's complement sum pass through its two zeros.
  for (size_t size : {0, 1, 2, 7, 160, 161}) {
    for (uint32_t ssrc : {0u, 0xffffffffu, 0x12345678u}) {
      Bytes payload = rtp({.ssrc = ssrc}, size);
      Sent sent =
          rig.push(row.in.realm, row.from, {rig.ranges.address_of(row.in), row.in.port}, payload, row.wire);
      ASSERT_EQ(sent.reason, Reason::none);
      EXPECT_EQ(sent.realm, row.out.realm);
      EXPECT_EQ(sent.destination, row.to.address);
      EXPECT_EQ(sent.packet, packet_of({rig.ranges.address_of(row.out), row.out.port}, row.to, payload, 46,
                                       row.checksum_out));
    }
  }
}

/// RFC 768: a UDP checksum that comes out as zero is sent as all ones. Among all sequence numbers it does
/// once.
TEST(Rewrite, AZeroChecksumIsSentAsOnes) {
  Rig rig;
  Relay relay = plain_relay();
  relay.pace.packets_per_second = 60000;
  rig.install(relay);
  int ones = 0;
  for (uint32_t i = 0; i < 65536; ++i) {
    rig.now = rig.now + std::chrono::milliseconds(1);
    Bytes payload = rtp({.ssrc = i}, 0);
    Sent sent = rig.push(access, caller, access_port, payload);
    ASSERT_EQ(sent.packet, packet_of(core_port, callee, payload, 46));
    ones += load_be16(&sent.packet[26]) == 0xffff;
  }
  EXPECT_EQ(ones, 1);
}

/// What stands on the wire, and why it is not relayed.
struct Refusal {
  const char* name;
  Reason reason;
  Bytes payload = rtp();
  Endpoint from = caller;
  RealmId realm = access;
  Endpoint to = access_port;
  Kind kind = Kind::rtp;
};

Bytes changed(Bytes bytes, size_t at, uint8_t value) {
  bytes[at] = value;
  return bytes;
}
Bytes cut(Bytes bytes, size_t size) {
  bytes.resize(size);
  return bytes;
}

class RefusalTest : public testing::TestWithParam<Refusal> {};
INSTANTIATE_TEST_SUITE_P(
    Rows, RefusalTest,
    testing::Values(
        Refusal{.name = "ClosedPort", .reason = Reason::media_closed, .to = endpoint("192.0.2.1:20500")},
        Refusal{
            .name = "OtherRealmsAddress", .reason = Reason::media_realm, .to = endpoint("10.0.0.1:20002")},
        Refusal{.name = "SameAddressInAnotherRealm", .reason = Reason::media_closed, .realm = other},
        Refusal{
            .name = "OtherAddress", .reason = Reason::media_source, .from = endpoint("198.51.100.8:4000")},
        Refusal{.name = "OtherPort", .reason = Reason::media_source, .from = endpoint("198.51.100.7:4001")},
        Refusal{.name = "Empty", .reason = Reason::media_not_rtp, .payload = {}},
        Refusal{.name = "Short", .reason = Reason::media_not_rtp, .payload = cut(rtp(), 11)},
        Refusal{.name = "Version", .reason = Reason::media_not_rtp, .payload = changed(rtp(), 0, 0x40)},
        Refusal{.name = "MoreSourcesThanBytes",
                .reason = Reason::media_not_rtp,
                .payload = changed(rtp({}, 8), 0, 0x83)},
        Refusal{.name = "ExtensionBeyondTheEnd",
                .reason = Reason::media_not_rtp,
                .payload = changed(rtp(), 0, 0x90)},
        Refusal{.name = "PaddingBeyondTheEnd",
                .reason = Reason::media_not_rtp,
                .payload = changed(rtp(), 0, 0xa0)},
        Refusal{
            .name = "PayloadType", .reason = Reason::media_payload_type, .payload = rtp({.payload_type = 8})},
        Refusal{.name = "RtcpOnTheRtpPort",
                .reason = Reason::media_payload_type,
                .payload = rtp({.payload_type = 200})},
        Refusal{.name = "RtpOnTheRtcpPort", .reason = Reason::media_not_rtcp, .kind = Kind::rtcp},
        Refusal{.name = "NothingOfTheRtcpMayCross",
                .reason = Reason::media_rtcp_empty,
                .payload = {0x80, 204, 0, 2, 1, 2, 3, 4, 'n', 'a', 'm', 'e'},
                .kind = Kind::rtcp}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_P(RefusalTest, ThePacketIsRefusedForItsReasonAndCounted) {
  const Refusal& row = GetParam();
  Rig rig;
  Relay relay = plain_relay();
  relay.kind = row.kind;
  for (Side& side : relay.sides) side.latch = config::LatchRule::signalled;
  rig.install(relay);
  EXPECT_EQ(rig.push(row.realm, row.from, row.to, row.payload).reason, row.reason);
  bool reached_the_flow = row.realm == access && row.to == access_port;
  SideStats stats = rig.engine.stats({access, 0, 20000});
  EXPECT_EQ(stats.refused, reached_the_flow ? 1u : 0u);
  EXPECT_EQ(stats.packets, 0u);
  EXPECT_EQ(stats.latched.port, 0);
}

TEST(RelayEngine, TelephoneEventsPassWhereTheyWereNegotiated) {
  Rig rig;
  rig.install(plain_relay());
  EXPECT_EQ(rig.push(access, caller, access_port, rtp({.payload_type = 101})).reason, Reason::none);
  EXPECT_EQ(rig.push(access, caller, access_port, rtp({.payload_type = 0x80 | 101})).reason,
            Reason::none);  // marker
  EXPECT_EQ(rig.push(access, caller, access_port, rtp({.payload_type = 102})).reason,
            Reason::media_payload_type);
}

TEST(RelayEngine, ASourceOfPortZeroIsNobody) {
  Rig rig;
  rig.install(plain_relay());
  EXPECT_EQ(rig.push(access, {caller.address, 0}, access_port, rtp()).reason, Reason::media_source);
}

TEST(RelayEngine, BothRealmsMayUseTheSameAddressAndPort) {
  Rig rig;
  rig.install(plain_relay());
  Relay second = plain_relay();
  second.sides[0].local.realm = other;
  second.sides[1].local.port = 20004;
  rig.install(second);
  EXPECT_EQ(rig.push(access, caller, access_port, rtp()).packet, packet_of(core_port, callee, rtp(), 46));
  EXPECT_EQ(rig.push(other, caller, access_port, rtp()).packet,
            packet_of(endpoint("10.0.0.1:20004"), callee, rtp(), 46));
}

TEST(RelayEngine, OpaqueMediaPassesWhateverItHolds) {
  Rig rig;
  Relay relay = plain_relay();
  relay.kind = Kind::opaque;
  rig.install(relay);
  Bytes t38{0, 1, 2, 3, 4};
  EXPECT_EQ(rig.push(access, caller, access_port, t38).packet, packet_of(core_port, callee, t38, 46));
}

TEST(RelayEngine, RemovedPortsAreClosedOnBothSides) {
  Rig rig;
  Relay relay = plain_relay();
  rig.install(relay);
  rig.engine.remove(Kind::rtp, {relay.sides[1].local, relay.sides[0].local});
  EXPECT_EQ(rig.push(access, caller, access_port, rtp()).reason, Reason::media_closed);
  EXPECT_EQ(rig.push(core, callee, core_port, rtp()).reason, Reason::media_closed);
  EXPECT_EQ(rig.engine.stats(relay.sides[0].local).refused, 0u);
}

TEST(RelayEngine, APortThatIsJoinedAnewLetsGoOfItsOldPartner) {
  Rig rig;
  Relay first = plain_relay();
  rig.install(first);
  Relay second = first;  // the next trunk answers at another of our ports
  second.sides[1].local.port = 20004;
  second.sides[1].remote = endpoint("10.0.0.10:7000");
  rig.install(second);
  EXPECT_EQ(rig.push(access, caller, access_port, rtp()).packet,
            packet_of(endpoint("10.0.0.1:20004"), endpoint("10.0.0.10:7000"), rtp(), 46));
  EXPECT_EQ(rig.push(core, callee, core_port, rtp()).reason, Reason::media_closed);
  rig.engine.remove(Kind::rtp, {first.sides[0].local, first.sides[1].local});  // late, and no longer joined
  EXPECT_EQ(rig.push(access, caller, access_port, rtp()).reason, Reason::none);
}

/// RFC 3550 6.5: CNAME, NAME, EMAIL, TOOL, NOTE tell of the host; reports pass.
TEST(RelayEngine, OfRtcpOnlyWhatTellsNothingCrosses) {
  Rig rig;
  Relay relay = plain_relay();
  relay.kind = Kind::rtcp;
  rig.install(relay);
  Bytes compound{0x81, 201, 0, 7, 1, 2, 3, 4};  // receiver report with one block
  compound.resize(32, 0x5a);
  const std::string cname = "alice@198.51.100.7";
  Bytes description{0x81, 202, 0, 7, 1, 2, 3, 4, 1, uint8_t(cname.size())};
  description.insert(description.end(), cname.begin(), cname.end());
  description.resize(32, 0);
  compound.insert(compound.end(), description.begin(), description.end());

  Sent sent = rig.push(access, caller, access_port, compound);
  ASSERT_EQ(sent.reason, Reason::none);
  EXPECT_EQ(sent.realm, core);
  EXPECT_EQ(std::search(sent.packet.begin(), sent.packet.end(), cname.begin(), cname.end()),
            sent.packet.end());
  Bytes payload(sent.packet.begin() + 28, sent.packet.end());
  EXPECT_TRUE(std::equal(payload.begin(), payload.begin() + 32, compound.begin()));  // the report
  const std::string ours = "1122334455667788";
  EXPECT_NE(std::search(payload.begin(), payload.end(), ours.begin(), ours.end()), payload.end());
  EXPECT_EQ(sent.packet,
            packet_of(core_port, callee, payload, 46));  // lengths and checksums fit what is in it
}

TEST(RelayEngine, RtcpMayGrowAndCrossToIpv6) {
  Rig rig;
  Relay relay = plain_relay();
  relay.kind = Kind::rtcp;
  relay.sides[1].local = core_v6;
  relay.sides[1].remote = callee_v6;
  rig.install(relay);
  Bytes bare{0x80, 201, 0, 1, 1, 2, 3, 4, 0x81, 202, 0, 2, 1, 2, 3, 4, 0, 0, 0, 0};
  Sent sent = rig.push(access, caller, access_port, bare);
  ASSERT_EQ(sent.reason, Reason::none);
  Bytes payload(sent.packet.begin() + 48, sent.packet.end());
  EXPECT_GT(payload.size(), bare.size());
  EXPECT_EQ(sent.packet, packet_of(endpoint("[2001:db8:c::1]:20002"), callee_v6, payload, 46));
}

TEST(RelayEngine, RtcpThatWouldOutgrowAPacketIsRefused) {
  Rig rig;
  Relay relay = plain_relay();
  relay.kind = Kind::rtcp;
  rig.install(relay);
  Bytes description;
  for (int packet = 0; packet < 6; ++packet) {  // of 31 chunks without items each
    description.insert(description.end(), {0x9f, 202, 0, 62});
    description.resize(description.size() + 31 * 8, 0);
  }
  description.resize(1400);
  description = cut(description, 5 * 252);
  EXPECT_EQ(rig.push(access, caller, access_port, description).reason, Reason::packet_too_big);
}

}  // namespace
}  // namespace sbc::media
