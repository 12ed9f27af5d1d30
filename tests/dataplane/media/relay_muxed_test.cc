// RTP and RTCP on one port of one side, on two of the other (RFC 5761).
#include <algorithm>

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
    rig.install(relay);
    rig.install(control_of(relay));
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

/// Whoever has a payload type of 72 negotiated gets no RTCP as it is.
TEST_F(MuxedTest, TheShortWayTakesNoRtcpForRtp) {
  for (Side& side : relay.sides) side.payload_types[1] |= uint64_t(1) << (72 - 64);
  install();
  rig.try_steady = true;
  from_caller(rtp());
  from_caller(rtp({.sequence = 2}));
  ASSERT_EQ(rig.steady, 1u);
  Bytes with_name{0x80, 200, 0, 6};
  with_name.resize(28);
  const Bytes name{0x81, 202, 0, 3, 0, 0, 0, 1, 1, 4, 'm', 'e', '@', 'x', 0, 0};
  with_name.insert(with_name.end(), name.begin(), name.end());
  const Sent sent = from_caller(with_name);
  ASSERT_EQ(sent.reason, Reason::none);
  EXPECT_EQ(rig.steady, 1u);
  EXPECT_EQ(std::search(sent.packet.begin(), sent.packet.end(), name.end() - 6, name.end() - 2),
            sent.packet.end())
      << "a name crossed";
}

TEST_F(MuxedTest, RefusedRtcpIsTheCallsAndToldOfOnce) {
  from_caller(rtp());
  const Endpoint stranger = endpoint("203.0.113.66:666");
  EXPECT_EQ(from_caller(report, stranger).news, Intrusion::bleed);
  EXPECT_EQ(from_caller(report, stranger).news, Intrusion::none);
  EXPECT_EQ(from_caller(rtp(), stranger).news, Intrusion::injection)
      << "of the stream's own nothing was told";
  EXPECT_EQ(rig.engine.stats({access, 0, 20000}).strangers, 3u);
}

TEST_F(MuxedTest, APortThatIsNotSharedTakesNoRtcp) {
  relay.sides[0].muxed = false;
  install();
  EXPECT_EQ(from_caller(report).reason, Reason::media_not_rtp);
}

}  // namespace
}  // namespace sbc::media
