// Latching (RFC 7362): whose packets a side takes, and where packets toward it go.
#include <gtest/gtest.h>

#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

const Endpoint behind_nat = endpoint("203.0.113.5:31000");
const Endpoint attacker = endpoint("203.0.113.66:666");
const MediaPort access_side{access, 0, 20000};

class LatchTest : public testing::Test {
 protected:
  Sent from_access(const Endpoint& source, const Bytes& payload = rtp()) {
    return rig.push(access, source, access_port, payload);
  }
  /// Where a packet of the callee goes now; port 0 = it was not sent.
  Endpoint toward_access() {
    Sent sent = rig.push(core, callee, core_port, rtp());
    if (sent.reason != Reason::none) {
      EXPECT_EQ(sent.reason, Reason::media_no_remote);
      return {};
    }
    return {sent.destination, load_be16(&sent.packet[22])};
  }

  Rig rig;
  Relay relay = plain_relay();
};

TEST_F(LatchTest, BeforeAnythingLatchedMediaGoesToTheSdpsAddress) {
  rig.engine.install(relay);
  EXPECT_EQ(toward_access(), caller);
}

TEST_F(LatchTest, WhereALatchIsAwaitedNothingIsSentToTheSdpsAddress) {
  relay.sides[0].await_latch = true;
  rig.engine.install(relay);
  EXPECT_EQ(toward_access(), Endpoint{});
  EXPECT_EQ(rig.engine.stats({core, 0, 20002}).packets, 1u);  // received, though not sent on
  from_access(behind_nat);
  EXPECT_EQ(toward_access(), behind_nat);
}

TEST_F(LatchTest, TheFirstValidPacketLatchesItsSourceAndTheOtherSideFollows) {
  rig.engine.install(relay);
  EXPECT_EQ(from_access(behind_nat).reason, Reason::none);
  EXPECT_EQ(rig.engine.stats(access_side).latched, behind_nat);
  EXPECT_EQ(toward_access(), behind_nat);
}

TEST_F(LatchTest, OnceLatchedNobodyElseGetsInOrGetsMedia) {
  rig.engine.install(relay);
  from_access(caller);
  EXPECT_EQ(from_access(attacker).reason, Reason::media_source);
  EXPECT_EQ(from_access({caller.address, 4002}).reason, Reason::media_source);
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(from_access(caller).reason, Reason::none);
  EXPECT_EQ(rig.engine.stats(access_side).refused, 2u);
}

TEST_F(LatchTest, WhatIsNotValidMediaDoesNotLatch) {
  rig.engine.install(relay);
  EXPECT_EQ(from_access(attacker, {0, 0, 0, 0}).reason, Reason::media_not_rtp);
  EXPECT_EQ(from_access(attacker, rtp({.payload_type = 9})).reason, Reason::media_payload_type);
  EXPECT_EQ(rig.engine.stats(access_side).latched.port, 0);
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(from_access(caller).reason, Reason::none);
}

TEST_F(LatchTest, ASignalledSideTakesTheSdpsSourceOnly) {
  relay.sides[0].latch = config::LatchRule::signalled;
  rig.engine.install(relay);
  EXPECT_EQ(from_access(attacker).reason, Reason::media_source);
  EXPECT_EQ(from_access({caller.address, 4002}).reason, Reason::media_source);
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(rig.engine.stats(access_side).latched.port, 0);
  EXPECT_EQ(from_access(caller).reason, Reason::none);
  EXPECT_EQ(rig.engine.stats(access_side).latched, caller);
}

TEST_F(LatchTest, ASignalledSideWithoutAnAddressYetTakesNobody) {
  relay.sides[0].latch = config::LatchRule::signalled;
  relay.sides[0].remote = {};
  rig.engine.install(relay);
  EXPECT_EQ(from_access(caller).reason, Reason::media_source);
  EXPECT_EQ(toward_access(), Endpoint{});
}

TEST_F(LatchTest, ALearningSideWithoutAnAddressYetLatchesAllTheSame) {
  relay.sides[0].remote = {};
  rig.engine.install(relay);
  EXPECT_EQ(toward_access(), Endpoint{});
  EXPECT_EQ(from_access(behind_nat).reason, Reason::none);
  EXPECT_EQ(toward_access(), behind_nat);
}

TEST_F(LatchTest, AddressesThatMeanNowhereAreNotSentTo) {
  for (const char* text : {"0.0.0.0:4000", "255.255.255.255:4000", "224.0.0.5:4000", "[2001:db8::1]:4000"}) {
    relay.sides[0].remote = endpoint(text);
    rig.engine.install(relay);
    EXPECT_EQ(toward_access(), Endpoint{}) << text;
  }
  relay.sides[0].remote = {caller.address, 0};
  rig.engine.install(relay);
  EXPECT_EQ(toward_access(), Endpoint{});
}

TEST_F(LatchTest, ANewOfferWithTheSameAddressKeepsLatchAndCounters) {
  rig.engine.install(relay);
  from_access(behind_nat);
  relay.sides[0].payload_types = {1 | 1 << 8, 0};
  relay.sides[0].dscp = 10;
  rig.engine.install(relay);
  EXPECT_EQ(toward_access(), behind_nat);
  EXPECT_EQ(from_access(attacker).reason, Reason::media_source);
  EXPECT_EQ(from_access(behind_nat, rtp({.payload_type = 8, .sequence = 2})).reason, Reason::none);
  EXPECT_EQ(rig.engine.stats(access_side).packets, 2u);
  EXPECT_EQ(rig.engine.stats(access_side).lost, 0u);
}

TEST_F(LatchTest, ANewOfferWithAnotherAddressLatchesAnewOnThatSideOnly) {
  rig.engine.install(relay);
  from_access(behind_nat);
  toward_access();
  relay.sides[0].remote = endpoint("198.51.100.7:5000");
  rig.engine.install(relay);
  EXPECT_EQ(toward_access(), endpoint("198.51.100.7:5000"));
  EXPECT_EQ(from_access(endpoint("203.0.113.5:32000")).reason, Reason::none);
  EXPECT_EQ(toward_access(), endpoint("203.0.113.5:32000"));
  EXPECT_EQ(from_access(behind_nat).reason, Reason::media_source);
  EXPECT_EQ(rig.engine.stats(access_side).packets, 2u);  // the call's, over both addresses
  EXPECT_EQ(rig.engine.stats({core, 0, 20002}).latched, callee);
  EXPECT_EQ(rig.push(core, attacker, core_port, rtp()).reason, Reason::media_source);
}

TEST_F(LatchTest, AClosedPortRemembersNothingOfItsLastCall) {
  rig.engine.install(relay);
  from_access(behind_nat);
  rig.engine.remove(Kind::rtp, {relay.sides[0].local, relay.sides[1].local});
  rig.engine.install(relay);
  SideStats stats = rig.engine.stats(access_side);
  EXPECT_EQ(stats.packets, 0u);
  EXPECT_EQ(stats.latched.port, 0);
  EXPECT_EQ(stats.last_packet, Instant{0});
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(from_access(caller).reason, Reason::none);
}

TEST_F(LatchTest, LatchesOverIpv6) {
  relay.sides[0].local.address = 1;
  relay.sides[0].remote = endpoint("[2001:db8:a::77]:4000");
  rig.engine.install(relay);
  Endpoint real = endpoint("[2001:db8:a::78]:4000"), to = endpoint("[2001:db8:a::1]:20000");
  EXPECT_EQ(rig.push(access, real, to, rtp()).reason, Reason::none);
  EXPECT_EQ(rig.push(access, endpoint("[2001:db8:b::78]:4000"), to, rtp()).reason, Reason::media_source);
  EXPECT_EQ(rig.push(core, callee, core_port, rtp()).destination, real.address);
}

}  // namespace
}  // namespace sbc::media
