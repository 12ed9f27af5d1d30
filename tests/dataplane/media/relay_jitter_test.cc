// Jitter (RFC 3550 A.8), by the clock of what the SDP calls the payload type.
#include <gtest/gtest.h>

#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

using namespace std::chrono_literals;

constexpr uint8_t pcmu = 0, video = 96, event = 101;

class JitterTest : public testing::Test {
 protected:
  void SetUp() override {
    relay.sides[0].payload_types[1] |= uint64_t(1) << (video - 64);
    rtp::Formats& formats = relay.sides[0].formats;
    formats.add({pcmu, rtp::Codec::g711, 8'000});
    formats.add({video, rtp::Codec::other, 90'000});
    formats.add({event, rtp::Codec::telephone_event, 8'000});
    rig.install(relay);
  }
  void receive(Duration after, uint32_t units, uint8_t payload_type = pcmu) {
    rig.now = rig.now + after;
    timestamp += units;
    Bytes packet = media::rtp({.payload_type = payload_type, .sequence = ++sequence});
    store_be32(&packet[4], timestamp);
    ASSERT_EQ(rig.push(access, caller, access_port, packet).reason, Reason::none);
  }
  SideStats stats() const { return rig.engine.stats({access, 0, 20000}); }
  double jitter_ms() const {
    return std::chrono::duration<double, std::milli>(stats().jitter.value()).count();
  }

  Rig rig;
  Relay relay = plain_relay();
  uint16_t sequence = 0;
  uint32_t timestamp = 0xffffff00;  // wraps soon
};

TEST_F(JitterTest, ASteadyStreamHasNone) {
  for (int i = 0; i < 500; ++i) receive(20ms, 160);
  EXPECT_LT(jitter_ms(), 0.01);
  EXPECT_EQ(stats().codec, rtp::Codec::g711);
}

/// A.8 by hand: a packet 16 ms late, then the next in time: 16/16, then + (16 - 1)/16.
TEST_F(JitterTest, ALatePacketCountsASixteenth) {
  receive(20ms, 160);
  receive(36ms, 160);
  EXPECT_NEAR(jitter_ms(), 1, 0.01);
  receive(4ms, 160);
  EXPECT_NEAR(jitter_ms(), 1.9375, 0.01);
}

TEST_F(JitterTest, TheWorstIsKept) {
  receive(20ms, 160);
  receive(52ms, 160);
  const Duration worst = stats().jitter.value();
  for (int i = 0; i < 200; ++i) receive(20ms, 160);
  EXPECT_LT(jitter_ms(), 0.2);
  EXPECT_GE(stats().jitter_max.value(), worst);
}

TEST_F(JitterTest, EachPayloadTypeHasItsOwnClock) {
  for (int i = 0; i < 200; ++i) receive(20ms, 1'800, video);
  EXPECT_LT(jitter_ms(), 0.01);
  receive(20ms, 1'800);  // the units of the step between the two clocks mean nothing
  EXPECT_LT(jitter_ms(), 0.01);
  for (int i = 0; i < 200; ++i) receive(20ms, 160);
  EXPECT_LT(jitter_ms(), 0.01);
}

/// RFC 4733 2.2.1: an event's packets repeat the timestamp of its beginning.
TEST_F(JitterTest, EventsKeepNoTimeAndAreNoCodec) {
  for (int i = 0; i < 10; ++i) receive(20ms, 160);
  receive(20ms, 160, event);
  for (int i = 0; i < 20; ++i) receive(20ms, 0, event);
  EXPECT_EQ(stats().codec, rtp::Codec::g711);
  receive(20ms, 21 * 160);
  for (int i = 0; i < 10; ++i) receive(20ms, 160);
  EXPECT_LT(jitter_ms(), 0.01);
}

TEST_F(JitterTest, SilenceThatTheTimestampSpeaksOfIsNone) {
  receive(20ms, 160);
  receive(10s, 80'000);
  EXPECT_LT(jitter_ms(), 0.01);
}

/// Hold music that begins with a timestamp of its own in the same stream.
TEST_F(JitterTest, AClockThatIsSetAnewIsNone) {
  receive(20ms, 160);
  receive(20ms, 0x40000000);
  receive(20ms, 160);
  EXPECT_LT(jitter_ms(), 0.01);
}

TEST_F(JitterTest, AnotherStreamBeginsWithoutAStep) {
  receive(20ms, 160);
  for (unsigned next : {9u, 10u, 11u}) {
    rig.now = rig.now + 20ms;
    Bytes other = media::rtp({.sequence = uint16_t(next), .ssrc = 77});
    ASSERT_EQ(rig.push(access, caller, access_port, other).reason, Reason::none);
  }
  EXPECT_LT(jitter_ms(), 0.01);
  EXPECT_EQ(stats().streams, 2u);
}

TEST_F(JitterTest, WhereNobodyKnowsTheClockThereIsNoJitter) {
  relay.sides[0].formats = {};
  rig.install(relay);
  receive(20ms, 160);
  receive(90ms, 160);
  EXPECT_FALSE(stats().jitter);
  EXPECT_FALSE(stats().jitter_max);
  EXPECT_EQ(stats().codec, rtp::Codec::other);
}

/// A re-INVITE maps the same payload type to something else.
TEST_F(JitterTest, AnotherMappingHoldsFromTheNextPacketOn) {
  for (int i = 0; i < 10; ++i) receive(20ms, 1'800, video);
  relay.sides[0].formats = {};
  relay.sides[0].formats.add({video, rtp::Codec::opus, 48'000});
  rig.install(relay);
  for (int i = 0; i < 10; ++i) receive(20ms, 960, video);
  EXPECT_LT(jitter_ms(), 0.01);
  EXPECT_EQ(stats().codec, rtp::Codec::opus);
}

TEST_F(JitterTest, AClockThatNoCodecHasIsNone) {
  relay.sides[0].formats = {};
  relay.sides[0].formats.add({pcmu, rtp::Codec::other, 1});
  rig.install(relay);
  receive(20ms, 160);
  receive(20ms, 160);
  EXPECT_FALSE(stats().jitter);
}

}  // namespace
}  // namespace sbc::media
