// What is refused at a call's ports is counted for the call, and told once of each kind.
#include <gtest/gtest.h>

#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

using namespace std::chrono_literals;

const Endpoint stranger = endpoint("203.0.113.66:4000");

class IntrusionTest : public testing::Test {
 protected:
  void SetUp() override { rig.install(plain_relay()); }
  Sent from(const Endpoint& source, const Bytes& payload = rtp()) {
    return rig.push(access, source, access_port, payload);
  }
  SideStats stats() const { return rig.engine.stats({access, 0, 20000}); }

  Rig rig;
};

TEST_F(IntrusionTest, AStrangerBeforeTheLatchIsAfterTheMedia) {
  const Sent sent = from(stranger);
  EXPECT_EQ(sent.reason, Reason::media_source);
  EXPECT_EQ(sent.news, Intrusion::bleed);
  EXPECT_EQ(sent.token, 7u) << "the call's";
}

TEST_F(IntrusionTest, AStrangerAfterItInjects) {
  from(caller);
  EXPECT_EQ(from(stranger).news, Intrusion::injection);
}

TEST_F(IntrusionTest, APeerThatSendsTooMuchFloods) {
  Intrusion news = Intrusion::none;
  for (int i = 0; i < 200 && news == Intrusion::none; ++i) news = from(caller).news;
  EXPECT_EQ(news, Intrusion::flood);
}

TEST_F(IntrusionTest, APeerThatSendsSomethingElseDoesNotFit) {
  EXPECT_EQ(from(caller, rtp({.payload_type = 96})).news, Intrusion::unfit);
}

TEST_F(IntrusionTest, EachKindIsToldOnceAndCountedAlways) {
  from(stranger);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(from(stranger).news, Intrusion::none);
  from(caller, rtp({.payload_type = 96}));
  from(caller);
  EXPECT_EQ(from(stranger).news, Intrusion::injection) << "another kind";
  EXPECT_EQ(stats().refused, 12u);
  EXPECT_EQ(stats().strangers, 11u);
  EXPECT_EQ(stats().too_many, 0u);
}

TEST_F(IntrusionTest, WhatCouldNotBeToldIsNewsStill) {
  rig.tells = false;
  EXPECT_EQ(from(stranger).news, Intrusion::bleed);
  rig.tells = true;
  EXPECT_EQ(from(stranger).news, Intrusion::bleed);
  EXPECT_EQ(from(stranger).news, Intrusion::none);
}

/// RTCP of which nothing may cross is no attack.
TEST_F(IntrusionTest, WhatMerelyDoesNotCrossIsNoNews) {
  Relay control = plain_relay();
  control.kind = Kind::rtcp;
  for (Side& side : control.sides) ++side.local.port;
  rig.install(control);
  const Bytes application{0x80, 204, 0, 2, 0, 0, 0, 1, 'n', 'a', 'm', 'e'};
  const Sent sent = rig.push(access, caller, endpoint("192.0.2.1:20001"), application);
  EXPECT_EQ(sent.reason, Reason::media_rtcp_empty);
  EXPECT_EQ(sent.news, Intrusion::none);
}

/// The port of RTCP is one of the call's, too.
TEST_F(IntrusionTest, WhatIsRefusedAtThePortOfRtcpIsCountedForTheStream) {
  Relay control = plain_relay();
  control.kind = Kind::rtcp;
  for (Side& side : control.sides) ++side.local.port;
  rig.install(control);
  EXPECT_EQ(rig.push(access, stranger, endpoint("192.0.2.1:20001"), rtp()).news, Intrusion::bleed);
  from(stranger);
  EXPECT_EQ(stats().refused, 2u);
  EXPECT_EQ(stats().strangers, 2u);
}

TEST_F(IntrusionTest, TheNextCallAtThesePortsIsToldAnew) {
  from(stranger);
  rig.engine.remove(Kind::rtp, {plain_relay().sides[0].local, plain_relay().sides[1].local});
  rig.install(plain_relay());
  EXPECT_EQ(stats().refused, 0u);
  EXPECT_EQ(from(stranger).news, Intrusion::bleed);
}

TEST_F(IntrusionTest, AClosedPortBelongsToNoCall) {
  const Sent sent = rig.push(access, stranger, endpoint("192.0.2.1:20500"), rtp());
  EXPECT_EQ(sent.reason, Reason::media_closed);
  EXPECT_EQ(sent.news, Intrusion::none);
}

}  // namespace
}  // namespace sbc::media
