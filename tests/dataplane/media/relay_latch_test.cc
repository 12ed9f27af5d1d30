// Latching (RFC 7362): whose packets a side takes, and where packets toward it go.
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

using namespace std::chrono_literals;

const Endpoint behind_nat = endpoint("203.0.113.5:31000");
const Endpoint attacker = endpoint("203.0.113.66:666");
const MediaPort access_side{access, 0, 20000};

/// The caller's signalling comes from `behind_nat`'s address, its SDP names `caller`.
class LatchTest : public testing::Test {
 protected:
  LatchTest() { relay.sides[0].signalling = behind_nat.address; }
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
  rig.install(relay);
  EXPECT_EQ(toward_access(), caller);
}

TEST_F(LatchTest, WhereALatchIsAwaitedNothingIsSentToTheSdpsAddress) {
  relay.sides[0].await_latch = true;
  rig.install(relay);
  EXPECT_EQ(toward_access(), Endpoint{});
  EXPECT_EQ(rig.engine.stats({core, 0, 20002}).packets, 1u);  // received, though not sent on
  from_access(behind_nat);
  EXPECT_EQ(toward_access(), behind_nat);
}

TEST_F(LatchTest, WhereEarlyMediaIsHeldBackNothingIsSentEvenToWhoHasLatched) {
  relay.sides[0].held_back = true;
  rig.install(relay);
  EXPECT_EQ(rig.push(core, callee, core_port, rtp()).reason, Reason::media_early);
  EXPECT_EQ(from_access(behind_nat).reason, Reason::none) << "the other way";
  EXPECT_EQ(rig.push(core, callee, core_port, rtp()).reason, Reason::media_early);
  relay.sides[0].held_back = false;
  rig.install(relay);
  EXPECT_EQ(toward_access(), behind_nat) << "it has latched meanwhile";
}

TEST_F(LatchTest, TheFirstValidPacketOfOneWhoMayLatchesItsSourceAndTheOtherSideFollows) {
  rig.install(relay);
  EXPECT_EQ(from_access(behind_nat).reason, Reason::none);
  EXPECT_EQ(rig.engine.stats(access_side).latched, behind_nat);
  EXPECT_EQ(toward_access(), behind_nat);
}

TEST_F(LatchTest, AfterTheWindowOnlyWhomTheSdpNamesLatches) {
  relay.sides[0].latch_window = 10s;
  rig.install(relay);
  rig.now = rig.now + 10s;
  EXPECT_EQ(from_access(behind_nat).reason, Reason::media_source);
  EXPECT_EQ(from_access({caller.address, 4002}).reason, Reason::media_source);
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(from_access(caller).reason, Reason::none);
  EXPECT_EQ(rig.engine.stats(access_side).latched, caller);
}

TEST_F(LatchTest, TheWindowOpensWithEachInstallationAndIsOpenToItsEnd) {
  relay.sides[0].latch_window = 10s;
  rig.install(relay);
  rig.now = rig.now + 10s;
  rig.install(relay);
  rig.now = rig.now + 10s - 1ns;
  EXPECT_EQ(from_access(behind_nat).reason, Reason::none);
  rig.now = rig.now + 1h;
  EXPECT_EQ(from_access(behind_nat).reason, Reason::none) << "it has latched";
}

TEST_F(LatchTest, OnceLatchedNobodyElseGetsInOrGetsMedia) {
  rig.install(relay);
  from_access(caller);
  EXPECT_EQ(from_access(attacker).reason, Reason::media_source);
  EXPECT_EQ(from_access({caller.address, 4002}).reason, Reason::media_source);
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(from_access(caller).reason, Reason::none);
  EXPECT_EQ(rig.engine.stats(access_side).refused, 2u);
}

TEST_F(LatchTest, WhatIsNotValidMediaDoesNotLatch) {
  rig.install(relay);
  EXPECT_EQ(from_access(behind_nat, {0, 0, 0, 0}).reason, Reason::media_not_rtp);
  EXPECT_EQ(from_access(behind_nat, rtp({.payload_type = 9})).reason, Reason::media_payload_type);
  EXPECT_EQ(rig.engine.stats(access_side).latched.port, 0);
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(from_access(caller).reason, Reason::none);
}

TEST_F(LatchTest, ASignalledSideTakesTheSdpsSourceOnly) {
  relay.sides[0].latch = config::LatchRule::signalled;
  rig.install(relay);
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
  rig.install(relay);
  EXPECT_EQ(from_access(caller).reason, Reason::media_source);
  EXPECT_EQ(toward_access(), Endpoint{});
}

TEST_F(LatchTest, ALearningSideWithoutAnAddressYetLatchesWhereItsSignallingComesFrom) {
  relay.sides[0].remote = {};
  rig.install(relay);
  EXPECT_EQ(toward_access(), Endpoint{});
  EXPECT_EQ(from_access(behind_nat).reason, Reason::none);
  EXPECT_EQ(toward_access(), behind_nat);
}

TEST_F(LatchTest, AddressesThatMeanNowhereAreNotSentTo) {
  for (const char* text : {"0.0.0.0:4000", "255.255.255.255:4000", "224.0.0.5:4000", "[2001:db8::1]:4000"}) {
    relay.sides[0].remote = endpoint(text);
    rig.install(relay);
    EXPECT_EQ(toward_access(), Endpoint{}) << text;
  }
  relay.sides[0].remote = {caller.address, 0};
  rig.install(relay);
  EXPECT_EQ(toward_access(), Endpoint{});
}

TEST_F(LatchTest, ANewOfferWithTheSameAddressKeepsLatchAndCounters) {
  rig.install(relay);
  from_access(behind_nat);
  relay.sides[0].payload_types = {1 | 1 << 8, 0};
  relay.sides[0].dscp = 10;
  rig.install(relay);
  EXPECT_EQ(toward_access(), behind_nat);
  EXPECT_EQ(from_access(attacker).reason, Reason::media_source);
  EXPECT_EQ(from_access(behind_nat, rtp({.payload_type = 8, .sequence = 2})).reason, Reason::none);
  EXPECT_EQ(rig.engine.stats(access_side).packets, 2u);
  EXPECT_EQ(rig.engine.stats(access_side).lost, 0u);
}

TEST_F(LatchTest, ANewOfferWithAnotherAddressLatchesAnewOnThatSideOnly) {
  rig.install(relay);
  from_access(behind_nat);
  toward_access();
  relay.sides[0].remote = endpoint("198.51.100.7:5000");
  rig.install(relay);
  EXPECT_EQ(toward_access(), endpoint("198.51.100.7:5000"));
  EXPECT_EQ(from_access(endpoint("203.0.113.5:32000")).reason, Reason::none);
  EXPECT_EQ(toward_access(), endpoint("203.0.113.5:32000"));
  EXPECT_EQ(from_access(behind_nat).reason, Reason::media_source);
  EXPECT_EQ(rig.engine.stats(access_side).packets, 2u);  // the call's, over both addresses
  EXPECT_EQ(rig.engine.stats({core, 0, 20002}).latched, callee);
  EXPECT_EQ(rig.push(core, attacker, core_port, rtp()).reason, Reason::media_source);
}

TEST_F(LatchTest, AClosedPortRemembersNothingOfItsLastCall) {
  rig.install(relay);
  from_access(behind_nat);
  rig.engine.remove(Kind::rtp, {relay.sides[0].local, relay.sides[1].local});
  rig.install(relay);
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
  relay.sides[0].signalling = endpoint("[2001:db8:a::78]:5060").address;
  rig.install(relay);
  Endpoint real = endpoint("[2001:db8:a::78]:4000"), to = endpoint("[2001:db8:a::1]:20000");
  EXPECT_EQ(rig.push(access, real, to, rtp()).reason, Reason::none);
  EXPECT_EQ(rig.push(access, endpoint("[2001:db8:b::78]:4000"), to, rtp()).reason, Reason::media_source);
  EXPECT_EQ(rig.push(core, callee, core_port, rtp()).destination, real.address);
}

// RFC 7362 section 5: whoever is the first to hit the port must not get the call.
TEST_F(LatchTest, AStrangerWhoIsFirstAtThePortNeitherHearsTheCallNorSilencesIt) {
  rig.install(relay);
  for (uint16_t sequence = 1; sequence <= 50; ++sequence) {
    EXPECT_EQ(from_access(attacker, rtp({.sequence = sequence})).reason, Reason::media_source);
  }
  EXPECT_EQ(rig.engine.stats(access_side).refused, 50u);
  EXPECT_EQ(rig.engine.stats(access_side).latched.port, 0);
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(from_access(behind_nat).reason, Reason::none);
  EXPECT_EQ(toward_access(), behind_nat);
}

/// The signalling's address, the SDP's, and a source: does it latch?
struct Who {
  const char* name;
  const char* signalling;
  const char* sdp;
  const char* source;
  bool latches;
};
class MayLatch : public testing::TestWithParam<Who> {};
INSTANTIATE_TEST_SUITE_P(
    Rows, MayLatch,
    testing::Values(
        Who{"TheSdpsEndpoint", "203.0.113.5:1", "198.51.100.7:4000", "198.51.100.7:4000", true},
        Who{"TheSdpsAddressFromAnotherPort", "203.0.113.5:1", "198.51.100.7:4000", "198.51.100.7:9", true},
        Who{"TheSignallingsAddress", "203.0.113.5:1", "198.51.100.7:4000", "203.0.113.5:31000", true},
        Who{"AStranger", "203.0.113.5:1", "198.51.100.7:4000", "203.0.113.66:666", false},
        Who{"AStrangerFromTheSdpsPort", "203.0.113.5:1", "198.51.100.7:4000", "203.0.113.66:4000", false},
        Who{"WithoutSignallingTheSdpsAddress", nullptr, "198.51.100.7:4000", "198.51.100.7:9", true},
        Who{"WithoutSignallingNobodyElse", nullptr, "198.51.100.7:4000", "203.0.113.5:31000", false},
        Who{"WithoutSdpTheSignallingsAddress", "203.0.113.5:1", nullptr, "203.0.113.5:31000", true},
        Who{"WithoutSdpNobodyElse", "203.0.113.5:1", nullptr, "198.51.100.7:4000", false},
        Who{"WithoutEitherNobody", nullptr, nullptr, "198.51.100.7:4000", false},
        Who{"NowhereIsNobody", nullptr, "0.0.0.0:4000", "0.0.0.0:4000", false}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_P(MayLatch, OnlyWhereTheSignallingVouchesForTheAddress) {
  const Who& who = GetParam();
  Rig rig;
  Relay relay = plain_relay();
  relay.sides[0].signalling = who.signalling ? endpoint(who.signalling).address : IpAddress{};
  relay.sides[0].remote = who.sdp ? endpoint(who.sdp) : Endpoint{};
  rig.install(relay);
  Sent sent = rig.push(access, endpoint(who.source), access_port, rtp());
  EXPECT_EQ(sent.reason == Reason::none, who.latches) << name_of(sent.reason);
  EXPECT_EQ(rig.engine.stats(access_side).latched, who.latches ? endpoint(who.source) : Endpoint{});
}

/// The NAT has many addresses, and takes one for media, another for signalling.
TEST_F(LatchTest, WhereTheSignallingsNetworkCountsItsOtherAddressesLatchToo) {
  const Endpoint pooled = endpoint("203.0.113.77:31000"), beside = endpoint("203.0.114.5:31000");
  relay.sides[0].near_signalling = *Prefix::parse("203.0.113.0/24");
  rig.install(relay);
  EXPECT_EQ(from_access(beside).reason, Reason::media_source);
  EXPECT_EQ(from_access(pooled).reason, Reason::none);
  EXPECT_EQ(toward_access(), pooled);
  EXPECT_EQ(from_access(behind_nat).reason, Reason::media_source);
}

TEST_F(LatchTest, ASignalledSideKnowsNoNetwork) {
  relay.sides[0].latch = config::LatchRule::signalled;
  relay.sides[0].near_signalling = *Prefix::parse("203.0.113.0/24");
  rig.install(relay);
  EXPECT_EQ(from_access(behind_nat).reason, Reason::media_source);
}

TEST_F(LatchTest, AnSdpOfPortZeroVouchesForNobody) {
  relay.sides[0].remote = {caller.address, 0};
  rig.install(relay);
  EXPECT_EQ(from_access(caller).reason, Reason::media_source);
}

/// The caller is heard at `caller`, or behind its NAT, when a new offer names another port.
class RelatchTest : public LatchTest {
 protected:
  RelatchTest() { rig.install(relay); }
  void name(const Endpoint& remote) {
    relay.sides[0].remote = remote;
    rig.install(relay);
  }
  Reason later(std::chrono::milliseconds pause, const Endpoint& source) {
    rig.now = rig.now + pause;
    return from_access(source, rtp({.sequence = ++sequence})).reason;
  }
  Endpoint latched() const { return rig.engine.stats(access_side).latched; }

  const Endpoint renamed = endpoint("198.51.100.7:5000"), remapped = endpoint("203.0.113.5:32000");
  uint16_t sequence = 0;
};

// RFC 3264 8.3.1: the peer moves once it has our answer, which may have to be repeated.
TEST_F(RelatchTest, WhatTheFormerPortStillSendsIsHeardAndKeepsNobodyOut) {
  later(0ms, caller);
  name(renamed);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(later(20ms, caller), Reason::none);
  EXPECT_EQ(later(20ms, renamed), Reason::none);
  EXPECT_EQ(latched(), renamed);
  EXPECT_EQ(toward_access(), renamed);
  EXPECT_EQ(later(20ms, caller), Reason::media_source);
}

TEST_F(RelatchTest, WhereTheFormerPortAloneIsHeardForAWhileMediaFollows) {
  later(0ms, caller);
  name(renamed);
  for (int i = 0; i < 15; ++i) {
    later(20ms, caller);
    EXPECT_EQ(toward_access(), renamed) << i;
  }
  later(20ms, caller);
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(latched(), caller);
}

TEST_F(RelatchTest, WhoGoesOnBehindItsNatMissesNothing) {
  relay.sides[0].await_latch = true;
  rig.install(relay);
  later(0ms, behind_nat);
  name(renamed);
  EXPECT_EQ(later(20ms, behind_nat), Reason::none);
  EXPECT_EQ(toward_access(), behind_nat);
}

TEST_F(RelatchTest, AnotherMappingOfTheNatTakesTheLatchFromTheFormerOne) {
  later(0ms, behind_nat);
  name(renamed);
  for (int i = 0; i < 50; ++i) later(20ms, behind_nat);
  EXPECT_EQ(latched(), behind_nat);
  EXPECT_EQ(later(20ms, remapped), Reason::none);
  EXPECT_EQ(toward_access(), remapped);
  EXPECT_EQ(later(20ms, behind_nat), Reason::media_source);
}

TEST_F(RelatchTest, WhoHasNotMovedHasTheLatchBackFromItsNeighbour) {
  later(0ms, behind_nat);
  name(renamed);
  later(20ms, behind_nat);
  EXPECT_EQ(later(20ms, remapped), Reason::none);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(later(20ms, behind_nat), Reason::media_source) << i;
  EXPECT_EQ(later(20ms, behind_nat), Reason::none) << "the other one was heard once";
  EXPECT_EQ(toward_access(), behind_nat);
  EXPECT_EQ(later(20ms, remapped), Reason::media_source);
  EXPECT_EQ(latched(), behind_nat);
}

TEST_F(RelatchTest, WhoIsHeardKeepsTheLatchFromTheFormerOne) {
  later(0ms, behind_nat);
  name(renamed);
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(later(10ms, remapped), Reason::none) << i;
    EXPECT_EQ(later(10ms, behind_nat), Reason::media_source) << i << ": a fork that is not cancelled yet";
  }
  EXPECT_EQ(later(200ms, behind_nat), Reason::none);
  EXPECT_EQ(later(200ms, remapped), Reason::none) << "that only paused";
  EXPECT_EQ(later(10ms, behind_nat), Reason::media_source);
  EXPECT_EQ(latched(), remapped);
}

TEST_F(RelatchTest, WhomSdpNamesMayBeSilent) {
  later(0ms, behind_nat);
  name(renamed);
  later(20ms, renamed);
  EXPECT_EQ(later(1s, behind_nat), Reason::media_source);
}

/// RFC 3264 8.3.3: what comes late of the audio does not get the fax.
TEST_F(RelatchTest, WhatTheFormerKindOfMediaStillSendsKeepsNobodyOut) {
  later(0ms, caller);
  relay.kind = Kind::opaque;
  name(renamed);
  EXPECT_EQ(rig.engine.stats(access_side).packets, 0u) << "it counts for itself";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(later(20ms, caller), Reason::none);
  EXPECT_EQ(later(20ms, renamed), Reason::none);
  EXPECT_EQ(latched(), renamed);
  EXPECT_EQ(later(20ms, caller), Reason::media_source);
}

TEST_F(RelatchTest, AnotherKindOfMediaMayComeFromAnotherPort) {
  later(0ms, behind_nat);
  relay.kind = Kind::opaque;
  rig.install(relay);
  EXPECT_EQ(later(20ms, remapped), Reason::none);
  EXPECT_EQ(latched(), remapped);
  EXPECT_EQ(later(20ms, behind_nat), Reason::media_source);
}

// RFC 7362 section 5.
TEST_F(RelatchTest, ALatchThatHasSettledIsNobodyElses) {
  later(0ms, caller);
  name(renamed);
  later(20ms, caller);
  EXPECT_EQ(later(9'999ms, caller), Reason::none);
  EXPECT_EQ(later(1ms, renamed), Reason::media_source);
  EXPECT_EQ(latched(), caller);
}

TEST_F(RelatchTest, WhileItSettlesAStrangerIsAStranger) {
  later(0ms, caller);
  name(renamed);
  EXPECT_EQ(later(20ms, attacker), Reason::media_source);
  later(20ms, caller);
  later(400ms, caller);
  EXPECT_EQ(later(20ms, attacker), Reason::media_source);
}

/// Forks behind one address: whoever has answered last is whom the SDP names.
TEST_F(RelatchTest, OfForksTheLastThatAnsweredWinsWhoeverElseRings) {
  const Endpoint second = endpoint("198.51.100.7:4100"), third = endpoint("198.51.100.7:4200");
  later(0ms, caller);
  name(second);
  later(20ms, caller);
  later(20ms, second);
  name(third);
  for (int i = 0; i < 50; ++i)
    for (const Endpoint& fork : {caller, second}) later(10ms, fork);
  EXPECT_EQ(later(10ms, third), Reason::none);
  for (const Endpoint& fork : {caller, second}) EXPECT_EQ(later(10ms, fork), Reason::media_source);
  EXPECT_EQ(toward_access(), third);
}

TEST_F(RelatchTest, WhoIsNotVouchedForAnyMoreIsNotHeard) {
  const Endpoint another_peer = endpoint("203.0.113.80:4000");
  later(0ms, caller);
  relay.sides[0].signalling = another_peer.address;
  name(another_peer);
  EXPECT_EQ(later(20ms, caller), Reason::media_source);
  EXPECT_EQ(later(20ms, another_peer), Reason::none);
}

/// A stream and its RTCP on the ports behind it.
class RtcpLatchTest : public LatchTest {
 protected:
  RtcpLatchTest() {
    rtcp.kind = Kind::rtcp;
    for (Side& side : rtcp.sides) {
      ++side.local.port;
      ++side.remote.port;
    }
    rig.install(relay);
    rig.install(rtcp);
  }
  Reason rtcp_from(const Endpoint& source) {
    const Bytes report{0x80, 201, 0, 1, 1, 2, 3, 4, 0x81, 202, 0, 2, 1, 2, 3, 4, 0, 0, 0, 0};
    return rig.push(access, source, {access_port.address, 20001}, report).reason;
  }
  Endpoint latched() const { return rig.engine.stats({access, 0, 20001}).latched; }

  Relay rtcp = relay;
};

TEST_F(RtcpLatchTest, RtcpDoesNotLatchToAStrangerAtAnyTime) {
  EXPECT_EQ(rtcp_from(attacker), Reason::media_source);
  from_access(behind_nat);
  EXPECT_EQ(rtcp_from(attacker), Reason::media_source);
  EXPECT_EQ(latched(), Endpoint{});
}

TEST_F(RtcpLatchTest, RtcpMayComeBeforeItsStream) {
  EXPECT_EQ(rtcp_from({caller.address, 4711}), Reason::none);
  EXPECT_EQ(latched(), (Endpoint{caller.address, 4711}));
}

TEST_F(RtcpLatchTest, OnceTheStreamLatchedRtcpComesFromItsAddressOnly) {
  from_access(behind_nat);
  EXPECT_EQ(rtcp_from({caller.address, 4001}), Reason::media_source);
  EXPECT_EQ(rtcp_from({behind_nat.address, 31999}), Reason::none);
  EXPECT_EQ(latched(), (Endpoint{behind_nat.address, 31999}));
}

TEST_F(RtcpLatchTest, ALatchOfRtcpEndsWhereItsStreamLatchesToAnotherAddress) {
  EXPECT_EQ(rtcp_from({caller.address, 4001}), Reason::none);
  from_access(behind_nat);
  EXPECT_EQ(latched(), Endpoint{});
  EXPECT_EQ(rtcp_from({caller.address, 4001}), Reason::media_source);
  EXPECT_EQ(rtcp_from({behind_nat.address, 31999}), Reason::none);
}

TEST_F(RtcpLatchTest, ALatchOfRtcpStaysWhereItsStreamLatchesToTheSameAddress) {
  EXPECT_EQ(rtcp_from({caller.address, 4711}), Reason::none);
  from_access(caller);
  EXPECT_EQ(latched(), (Endpoint{caller.address, 4711}));
}

TEST_F(RtcpLatchTest, WhatTheFormerPortOfRtcpStillSendsKeepsNobodyOut) {
  const Endpoint former{caller.address, 4001}, named{caller.address, 5001};
  rtcp_from(former);
  rtcp.sides[0].remote = named;
  rig.install(rtcp);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(rtcp_from(former), Reason::none);
    rig.now = rig.now + 4s;
  }
  EXPECT_EQ(latched(), former);
  EXPECT_EQ(rtcp_from(named), Reason::none);
  EXPECT_EQ(rtcp_from(former), Reason::media_source);
}

/// It is silent for seconds by right.
TEST_F(RtcpLatchTest, NobodyGetsALatchOfRtcpForItsSilence) {
  const Endpoint first{behind_nat.address, 31999}, second{behind_nat.address, 32001};
  from_access(behind_nat);
  rtcp_from(first);
  rtcp.sides[0].remote = {caller.address, 5001};
  rig.install(rtcp);
  EXPECT_EQ(rtcp_from(first), Reason::none);
  EXPECT_EQ(rtcp_from(second), Reason::none) << "it has moved";
  rig.now = rig.now + 4s;
  EXPECT_EQ(rtcp_from(first), Reason::media_source);
  EXPECT_EQ(latched(), second);
}

class JudgedLatchTest : public LatchTest {
 protected:
  struct Judge final : SourceJudge {
    bool refuses(RealmId realm, const IpAddress& source) const override {
      return realm == access && shut_out.contains(source);
    }
    std::set<IpAddress> shut_out;
  };
  JudgedLatchTest() {
    rig.engine.judge_sources_by(judge);
    rig.install(relay);
  }
  Judge judge;
};

TEST_F(JudgedLatchTest, ARefusedSourceDoesNotLatch) {
  judge.shut_out = {behind_nat.address};
  EXPECT_EQ(from_access(behind_nat).reason, Reason::media_source);
  EXPECT_EQ(from_access(caller).reason, Reason::none);
}

TEST_F(JudgedLatchTest, NothingIsSentToARefusedAddressOfAnSdp) {
  judge.shut_out = {caller.address};
  rig.install(relay);
  EXPECT_EQ(toward_access(), Endpoint{});
}

TEST_F(JudgedLatchTest, WhoIsRefusedLaterLosesItsLatchAndHearsNothingMore) {
  from_access(behind_nat);
  EXPECT_EQ(toward_access(), behind_nat);
  judge.shut_out = {behind_nat.address, caller.address};
  EXPECT_EQ(from_access(behind_nat).reason, Reason::none);  // judged at a latch and when told to
  rig.engine.judge_again();
  EXPECT_EQ(from_access(behind_nat).reason, Reason::media_source);
  EXPECT_EQ(from_access(caller).reason, Reason::media_source);
  EXPECT_EQ(toward_access(), Endpoint{});
  EXPECT_EQ(rig.engine.stats({core, 0, 20002}).latched, callee);  // of the side that nobody refuses

  judge.shut_out.clear();
  rig.engine.judge_again();
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(from_access(behind_nat).reason, Reason::none);
  EXPECT_EQ(toward_access(), behind_nat);
}

TEST_F(JudgedLatchTest, WhoeverHasNotLatchedYetIsJudgedByItsSdpsAddress) {
  EXPECT_EQ(toward_access(), caller);
  judge.shut_out = {caller.address};
  rig.engine.judge_again();
  EXPECT_EQ(toward_access(), Endpoint{});
}

TEST_F(JudgedLatchTest, ASignalledSideIsJudgedToo) {
  relay.sides[0].latch = config::LatchRule::signalled;
  rig.install(relay);
  EXPECT_EQ(from_access(caller).reason, Reason::none);
  judge.shut_out = {caller.address};
  rig.engine.judge_again();
  EXPECT_EQ(from_access(caller).reason, Reason::media_source);
  EXPECT_EQ(toward_access(), Endpoint{});
}

TEST_F(JudgedLatchTest, WhomNobodyRefusesKeepsItsLatch) {
  from_access(behind_nat);
  judge.shut_out = {attacker.address};
  rig.engine.judge_again();
  EXPECT_EQ(rig.engine.stats(access_side).latched, behind_nat);
  EXPECT_EQ(toward_access(), behind_nat);
}

}  // namespace
}  // namespace sbc::media
