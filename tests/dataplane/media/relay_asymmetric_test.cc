// Media that comes from elsewhere than it goes to: whom a side's other sources let in, and what they divert.
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

const Endpoint gateway = endpoint("203.0.113.9:7000");     // of the other sources
const Endpoint neighbour = endpoint("203.0.113.10:7000");  // of them, too
const Endpoint stranger = endpoint("203.0.113.66:7000");   // not of them
const Endpoint signalling = endpoint("198.51.100.5:31000");
const MediaPort access_side{access, 0, 20000}, core_side{core, 0, 20002};
const Bytes report{0x80, 201, 0, 1, 1, 2, 3, 4, 0x81, 202, 0, 2, 1, 2, 3, 4, 0, 0, 0, 0};

/// `caller` is what the SDP names; media may come from 203.0.113.8/29, too.
class AsymmetricTest : public testing::Test {
 protected:
  struct Judge final : SourceJudge {
    bool refuses(RealmId realm, const IpAddress& source) const override {
      return realm == access && shut_out.contains(source);
    }
    std::set<IpAddress> shut_out;
  };
  AsymmetricTest() {
    const std::vector<Prefix> prefixes{*Prefix::parse("203.0.113.8/29"), *Prefix::parse("192.0.2.64/26")};
    relay.sides[0].signalling = signalling.address;
    relay.sides[0].other_sources.assign(prefixes);
    rig.engine.judge_sources_by(judge);
    rig.install(relay);
  }
  Reason from_access(const Endpoint& source) { return rig.push(access, source, access_port, rtp()).reason; }
  Reason rtcp_from(const Endpoint& source) {
    return rig.push(access, source, {access_port.address, 20001}, report).reason;
  }
  /// Where a packet of the callee goes now; port 0 = it was not sent.
  Endpoint toward_access() {
    const Sent sent = rig.push(core, callee, core_port, rtp());
    if (sent.reason != Reason::none) return {};
    return {sent.destination, load_be16(&sent.packet[22])};
  }
  Endpoint latched() const { return rig.engine.stats(access_side).latched; }

  Judge judge;
  Rig rig;
  Relay relay = plain_relay();
};

TEST_F(AsymmetricTest, AnotherSourceLatchesAndMediaStillGoesWhereTheSdpSays) {
  EXPECT_EQ(toward_access(), caller);
  EXPECT_EQ(from_access(gateway), Reason::none);
  EXPECT_EQ(latched(), gateway);
  EXPECT_EQ(toward_access(), caller);
  rig.install(relay);
  EXPECT_EQ(latched(), gateway) << "the same again";
  EXPECT_EQ(toward_access(), caller);
}

TEST_F(AsymmetricTest, OnceItHasLatchedNobodyElseMaySend) {
  from_access(gateway);
  for (const Endpoint& other : {caller, neighbour, stranger, Endpoint{gateway.address, 7002}})
    EXPECT_EQ(from_access(other), Reason::media_source) << other.text();
  EXPECT_EQ(from_access(gateway), Reason::none);
}

TEST_F(AsymmetricTest, AStrangerOutsideOfThePrefixesDoesNotLatch) {
  EXPECT_EQ(from_access(stranger), Reason::media_source);
  EXPECT_EQ(from_access(endpoint("203.0.113.16:7000")), Reason::media_source);
  EXPECT_EQ(latched(), Endpoint{});
  EXPECT_EQ(from_access(endpoint("192.0.2.65:7000")), Reason::none) << "the second prefix";
}

TEST_F(AsymmetricTest, WhomTheSignallingNamesIsFollowedAsEver) {
  EXPECT_EQ(from_access(signalling), Reason::none);
  EXPECT_EQ(toward_access(), signalling);
}

TEST_F(AsymmetricTest, ASideThatMovesWithinThePrefixesByItsSdpIsSymmetric) {
  relay.sides[0].remote = neighbour;
  rig.install(relay);
  EXPECT_EQ(from_access({neighbour.address, 7777}), Reason::none);
  EXPECT_EQ(toward_access(), (Endpoint{neighbour.address, 7777}));
}

TEST_F(AsymmetricTest, NothingIsSentToASourceWhereTheSdpNamesNobody) {
  for (const Endpoint& nowhere : {Endpoint{}, endpoint("0.0.0.0:4000")}) {
    relay.sides[0].remote = nowhere;
    rig.install(relay);
    EXPECT_EQ(from_access(gateway), Reason::none);
    EXPECT_EQ(toward_access(), Endpoint{}) << nowhere.text();
  }
}

TEST_F(AsymmetricTest, ItsLatchProvesNothingOfTheSdpsAddress) {
  relay.sides[0].await_latch = true;
  rig.install(relay);
  EXPECT_EQ(from_access(gateway), Reason::none);
  EXPECT_EQ(toward_access(), Endpoint{});
}

TEST_F(AsymmetricTest, ASignalledSideTakesItsSdpsSourceAndTheOthers) {
  relay.sides[0].latch = config::LatchRule::signalled;
  rig.install(relay);
  EXPECT_EQ(from_access({caller.address, 4002}), Reason::media_source);
  EXPECT_EQ(from_access(signalling), Reason::media_source);
  EXPECT_EQ(from_access(gateway), Reason::none);
  EXPECT_EQ(toward_access(), caller);
  relay.sides[0].remote.port = 4002;
  rig.install(relay);
  EXPECT_EQ(from_access({caller.address, 4002}), Reason::none);
  EXPECT_EQ(from_access(gateway), Reason::media_source);
}

TEST_F(AsymmetricTest, OtherPrefixesLatchAnew) {
  from_access(gateway);
  relay.sides[0].other_sources = {};
  rig.install(relay);
  EXPECT_EQ(from_access(gateway), Reason::media_source);
  EXPECT_EQ(from_access(caller), Reason::none);
}

TEST_F(AsymmetricTest, WithIceTheyLatchNothing) {
  relay.sides[0].ice = {{'u', 'f', 'r', 'a', 'g', '1', '2', '3'}, {'p'}};
  rig.install(relay);
  EXPECT_EQ(from_access(gateway), Reason::media_source);
}

TEST_F(AsymmetricTest, ARefusedSourceDoesNotLatchAndARefusedSdpGetsNothing) {
  judge.shut_out = {gateway.address};
  EXPECT_EQ(from_access(gateway), Reason::media_source);
  EXPECT_EQ(from_access(neighbour), Reason::none);
  EXPECT_EQ(toward_access(), caller);
  judge.shut_out = {caller.address};
  rig.engine.judge_again();
  EXPECT_EQ(toward_access(), Endpoint{});
  EXPECT_EQ(from_access(neighbour), Reason::none) << "it is not refused itself";
  judge.shut_out = {neighbour.address};
  rig.engine.judge_again();
  EXPECT_EQ(from_access(neighbour), Reason::media_source);
  EXPECT_EQ(toward_access(), caller);
}

TEST_F(AsymmetricTest, RtcpComesFromItsStreamsSourceAndGoesWhereItsSdpSays) {
  Relay rtcp = relay;
  rtcp.kind = Kind::rtcp;
  for (Side& side : rtcp.sides) {
    ++side.local.port;
    ++side.remote.port;
  }
  rig.install(rtcp);
  from_access(gateway);
  EXPECT_EQ(rtcp_from({neighbour.address, 7001}), Reason::media_source);
  EXPECT_EQ(rtcp_from({gateway.address, 7001}), Reason::none);
  const Sent sent = rig.push(core, {callee.address, uint16_t(callee.port + 1)},
                             {core_port.address, uint16_t(core_port.port + 1)}, report);
  EXPECT_EQ(sent.destination, caller.address);
  EXPECT_EQ(load_be16(&sent.packet[22]), caller.port + 1);
}

/// The next packet of a stream whose source is none of the SDP's is steady as any other.
TEST_F(AsymmetricTest, ItsStreamTakesTheShortWay) {
  rig.try_steady = true;
  for (uint16_t sequence = 1; sequence <= 3; ++sequence)
    EXPECT_EQ(rig.push(access, gateway, access_port, rtp({.sequence = sequence})).reason, Reason::none);
  EXPECT_EQ(rig.steady, 2u);
}

}  // namespace
}  // namespace sbc::media
