// RTP and RTCP on one port of one side, on two of the other (RFC 5761).
#include <gtest/gtest.h>

#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

const Endpoint callee_rtcp = endpoint("10.0.0.9:6001"), core_rtcp_port = endpoint("10.0.0.1:20003");
const Endpoint moved = endpoint("198.51.100.7:4444");
const Bytes report{0x80, 201, 0, 1, 0, 0, 0, 1};

/// The caller's side has them on one port.
class MuxedTest : public testing::Test {
 protected:
  MuxedTest() {
    relay.sides[0].muxed = true;
    install();
  }
  void install() {
    rig.engine.install(relay);
    Relay control = relay;
    control.kind = Kind::rtcp;
    for (Side& side : control.sides) {
      ++side.local.port;
      side.payload_types = {};
    }
    control.sides[1].remote.port = callee_rtcp.port;
    rig.engine.install(control);
  }
  Sent from_caller(const Bytes& payload, const Endpoint& from = caller) {
    return rig.push(access, from, access_port, payload);
  }
  Sent report_of_callee() { return rig.push(core, callee_rtcp, core_rtcp_port, report); }

  Rig rig;
  Relay relay = plain_relay();
};

TEST_F(MuxedTest, RtcpOfTheStreamsPortLeavesFromRtcps) {
  from_caller(rtp());
  const Sent sent = from_caller(report);
  EXPECT_EQ(sent.reason, Reason::none);
  EXPECT_EQ(sent.packet, packet_of(core_rtcp_port, callee_rtcp, report, 46));
  EXPECT_EQ(rig.engine.stats({access, 0, 20000}).packets, 1u) << "of RTP";
}

TEST_F(MuxedTest, RtcpGoesToTheStreamsPort) {
  EXPECT_EQ(report_of_callee().packet, packet_of(access_port, caller, report, 34)) << "that of SDP";
  from_caller(rtp());
  from_caller(report);
  EXPECT_EQ(report_of_callee().packet, packet_of(access_port, caller, report, 34));
}

TEST_F(MuxedTest, RtcpFollowsTheStreamToAnotherPort) {
  relay.sides[0].signalling = caller.address;
  install();
  from_caller(rtp());
  from_caller(report);
  relay.sides[0].remote = moved;
  install();
  from_caller(rtp({.sequence = 2}), moved);
  EXPECT_EQ(from_caller(report, caller).reason, Reason::media_source);
  EXPECT_EQ(from_caller(report, moved).reason, Reason::none);
  EXPECT_EQ(report_of_callee().packet, packet_of(access_port, moved, report, 34));
}

TEST_F(MuxedTest, APortThatIsNotSharedTakesNoRtcp) {
  relay.sides[0].muxed = false;
  install();
  EXPECT_EQ(from_caller(report).reason, Reason::media_not_rtp);
}

}  // namespace
}  // namespace sbc::media
