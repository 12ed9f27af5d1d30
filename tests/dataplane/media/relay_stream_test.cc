// What is counted of a stream, and how fast it may be.
#include <gtest/gtest.h>

#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

using namespace std::chrono_literals;

class StreamTest : public testing::Test {
 protected:
  void SetUp() override { rig.install(relay); }
  Reason receive(uint16_t sequence, uint32_t ssrc = 1) {
    rig.now = rig.now + 20ms;
    return rig.push(access, caller, access_port, rtp({.sequence = sequence, .ssrc = ssrc})).reason;
  }
  SideStats stats() const { return rig.engine.stats({access, 0, 20000}); }

  Rig rig;
  Relay relay = plain_relay();
};

TEST_F(StreamTest, CountsPacketsAndPayloadBytesAndSaysWhenTheLastOneCame) {
  receive(1);
  receive(2);
  EXPECT_EQ(stats().packets, 2u);
  EXPECT_EQ(stats().bytes, 2 * 172u);
  EXPECT_LE(stats().last_packet, rig.now);
  EXPECT_GT(stats().last_packet, rig.now - 100us);
}

TEST_F(StreamTest, TheLastPacketStaysTheLastWhileOthersAreRefused) {
  receive(1);
  Instant last = rig.now;
  rig.now = rig.now + 30s;
  EXPECT_EQ(rig.push(access, endpoint("203.0.113.66:666"), access_port, rtp()).reason, Reason::media_source);
  EXPECT_LE(stats().last_packet, last);
  EXPECT_GT(stats().last_packet, last - 100us);
}

/// RFC 3389 4.
TEST_F(StreamTest, PausesWithComfortNoiseUntilItSpeaksAgain) {
  relay.sides[0].payload_types[0] |= 1u << 13;
  relay.sides[0].formats.add({0, rtp::Codec::g711, 8000});
  relay.sides[0].formats.add({13, rtp::Codec::comfort_noise, 8000});
  rig.install(relay);
  receive(1);
  EXPECT_FALSE(stats().paused);
  rig.push(access, caller, access_port, rtp({.payload_type = 13, .sequence = 2, .ssrc = 1}));
  EXPECT_TRUE(stats().paused);
  receive(3);
  EXPECT_FALSE(stats().paused);
}

/// RFC 3550 A.3.
TEST_F(StreamTest, CountsWhatTheSequenceNumbersSayWasLost) {
  for (int sequence : {10, 11, 14, 15, 20}) receive(uint16_t(sequence));
  EXPECT_EQ(stats().lost, 6u);
}

TEST_F(StreamTest, ALatePacketIsNotLost) {
  for (int sequence : {10, 12, 13, 11}) receive(uint16_t(sequence));
  EXPECT_EQ(stats().lost, 0u);
}

/// RFC 3550 A.1.
TEST_F(StreamTest, SequenceNumbersWrapWithoutLoss) {
  for (uint32_t sequence = 65530; sequence < 65536 + 10; ++sequence) receive(uint16_t(sequence));
  EXPECT_EQ(stats().lost, 0u);
  receive(12);
  EXPECT_EQ(stats().lost, 2u);
}

TEST_F(StreamTest, ANewSsrcOrAJumpBeginsANewStreamAndKeepsTheLosses) {
  for (int sequence : {10, 12}) receive(uint16_t(sequence));
  for (int sequence : {40000, 40001, 40004}) receive(uint16_t(sequence), 2);
  EXPECT_EQ(stats().lost, 3u);
  receive(100, 2);  // the sender restarted
  receive(101, 2);
  EXPECT_EQ(stats().lost, 3u);
  EXPECT_EQ(stats().streams, 3u);
  EXPECT_EQ(stats().packets, 7u);
}

TEST_F(StreamTest, StreamsThatFollowEachOtherAreCounted) {
  EXPECT_EQ(stats().streams, 0u);
  receive(1);
  EXPECT_EQ(stats().streams, 1u);
  receive(2);
  receive(1, 2);
  receive(2, 2);
  EXPECT_EQ(stats().streams, 2u);
}

/// RFC 3550 A.1: one packet far off is not believed.
TEST_F(StreamTest, OnePacketThatWentAstrayEndsNothing) {
  for (int sequence : {10, 11, 13}) receive(uint16_t(sequence));
  receive(40000);
  receive(14);
  receive(50, 2);
  receive(15);
  EXPECT_EQ(stats().streams, 1u);
  EXPECT_EQ(stats().lost, 1u);
  EXPECT_EQ(stats().packets, 7u);
}

/// Retransmissions, repair: a stream of its own within the first one.
TEST_F(StreamTest, StreamsThatAlternateAreNotBegunAnewWithEveryPacket) {
  for (uint16_t i = 0; i < 50; ++i) {
    receive(uint16_t(10 + i));
    receive(uint16_t(900 + i), 2);
  }
  EXPECT_EQ(stats().streams, 1u);
  EXPECT_EQ(stats().lost, 0u);
}

TEST_F(StreamTest, APacketFromBeforeTheFirstIsNoLossAndNoStream) {
  for (int sequence : {10, 9, 11}) receive(uint16_t(sequence));
  EXPECT_EQ(stats().streams, 1u);
  EXPECT_EQ(stats().lost, 0u);
}

TEST_F(StreamTest, ADoubleIsCountedAndHidesNoLoss) {
  for (int sequence : {10, 11, 11, 11, 13, 13}) receive(uint16_t(sequence));
  EXPECT_EQ(stats().packets, 6u);
  EXPECT_EQ(stats().duplicates, 3u);
  EXPECT_EQ(stats().lost, 1u);
  receive(12);
  EXPECT_EQ(stats().lost, 0u);
  receive(12);
  EXPECT_EQ(stats().duplicates, 4u);
}

TEST_F(StreamTest, APacketBehindALaterOneIsReordered) {
  for (int sequence : {10, 13, 11, 12, 14}) receive(uint16_t(sequence));
  EXPECT_EQ(stats().reordered, 2u);
  EXPECT_EQ(stats().duplicates, 0u);
}

/// Older than the window of 64: nobody knows any more whether it came before.
TEST_F(StreamTest, AVeryLatePacketIsTakenForALateOne) {
  receive(100);
  receive(200);
  receive(120);
  EXPECT_EQ(stats().reordered, 1u);
  EXPECT_EQ(stats().lost, 98u);
  receive(137);
  receive(137);
  EXPECT_EQ(stats().duplicates, 1u) << "the oldest that the window knows";
}

TEST_F(StreamTest, LossesOnEndAreOneRun) {
  for (int sequence : {10, 14, 15, 17}) receive(uint16_t(sequence));
  EXPECT_EQ(stats().loss_runs, 2u);  // 11 to 13, 16
  receive(12);
  EXPECT_EQ(stats().loss_runs, 3u) << "parted in two";
  receive(11);
  EXPECT_EQ(stats().loss_runs, 2u) << "ended";
  receive(13);
  receive(16);
  EXPECT_EQ(stats().loss_runs, 0u);
  EXPECT_EQ(stats().lost, 0u);
}

TEST_F(StreamTest, MoreThanTheRateIsRefusedAndEarnedBackByWaiting) {
  int passed = 0;
  for (int i = 0; i < 300; ++i) passed += rig.push(access, caller, access_port, rtp()).reason == Reason::none;
  EXPECT_EQ(passed, 100);  // half a second's worth at once
  EXPECT_EQ(rig.push(access, caller, access_port, rtp()).reason, Reason::media_rate);
  EXPECT_EQ(stats().refused, 201u);
  rig.now = rig.now + 100ms;
  for (int i = 0; i < 300; ++i) passed += rig.push(access, caller, access_port, rtp()).reason == Reason::none;
  EXPECT_EQ(passed, 120);
}

TEST_F(StreamTest, ASteadyStreamAtTheRateIsNeverRefused) {
  for (int i = 0; i < 2000; ++i) {
    rig.now = rig.now + 5ms;
    ASSERT_EQ(rig.push(access, caller, access_port, rtp()).reason, Reason::none) << i;
  }
}

TEST_F(StreamTest, TheRateIsTheRelays) {
  relay.pace.packets_per_second = 1000;
  rig.install(relay);
  int passed = 0;
  for (int i = 0; i < 2000; ++i)
    passed += rig.push(access, caller, access_port, rtp()).reason == Reason::none;
  EXPECT_NEAR(passed, 500, 10);
}

TEST_F(StreamTest, PacketLargerThanTheCodecsIsRefused) {
  relay.pace.payload_max = 160;
  rig.install(relay);
  for (const bool steady : {false, true}) {
    rig.try_steady = steady;
    EXPECT_EQ(rig.push(access, caller, access_port, rtp({}, 160)).reason, Reason::none);
    const Sent sent = rig.push(access, caller, access_port, rtp({}, 161));
    EXPECT_EQ(sent.reason, Reason::media_size);
    EXPECT_EQ(sent.news, steady ? Intrusion::none : Intrusion::flood) << "told once";
  }
  EXPECT_EQ(stats().too_many, 2u);
}

TEST_F(StreamTest, HeaderExtensionIsNoWayAroundThat) {
  relay.pace.payload_max = 160;
  rig.install(relay);
  for (const unsigned words : {64u, 65u}) {
    Bytes packet = rtp({}, 4 + 4 * words + 20);
    packet[0] |= 0x10;
    store_be16(&packet[12], 0x1000);
    store_be16(&packet[14], uint16_t(words));
    const Reason due = words == 64 ? Reason::none : Reason::media_size;
    EXPECT_EQ(rig.push(access, caller, access_port, packet).reason, due) << words;
  }
}

TEST_F(StreamTest, AStrangersFloodDoesNotEatTheFlowsRate) {
  receive(1);
  for (int i = 0; i < 1000; ++i) rig.push(access, endpoint("203.0.113.66:666"), access_port, rtp());
  EXPECT_EQ(receive(2), Reason::none);
}

/// Ticks are 32 bits: they wrap after 78 hours, and the longest silence is as good as any.
TEST_F(StreamTest, AnyLengthOfSilenceIsFollowedByMedia) {
  for (auto silence : {1s, 3600s, 140000s, 141000s, 281474s, 281475s, 400000s}) {
    for (int i = 0; i < 100; ++i) rig.push(access, caller, access_port, rtp());
    rig.now = rig.now + silence;
    EXPECT_EQ(rig.push(access, caller, access_port, rtp()).reason, Reason::none) << silence.count();
  }
}

}  // namespace
}  // namespace sbc::media
