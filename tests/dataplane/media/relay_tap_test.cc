// A tap sees what is accepted at its port, in the clear and in order, and nothing else; who has none pays
// nothing for it.
#include <gtest/gtest.h>

#include "tests/dataplane/media/digit_rig.h"
#include "tests/dataplane/media/fake_transformer.h"

namespace sbc::media {
namespace {

class NotingTap final : public Tap {
 public:
  void on_packet(const MediaPort& local, uint64_t token, Kind kind, std::span<const uint8_t> payload,
                 Instant now) override {
    seen.push_back({local, token, kind, {payload.begin(), payload.end()}, now});
  }

  struct Seen {
    MediaPort local;
    uint64_t token;
    Kind kind;
    Bytes payload;
    Instant now;
  };
  std::vector<Seen> seen;
};

class TapTest : public testing::Test {
 protected:
  DigitRig rig;
  NotingTap tap;
};

TEST_F(TapTest, SeesEachAcceptedPacketAsItCame) {
  rig.install(digit_relay());
  ASSERT_TRUE(rig.engine.tap(callers_port, &tap));
  for (uint16_t sequence = 1; sequence <= 3; ++sequence)
    EXPECT_EQ(rig.passed_by_caller(rtp({.sequence = sequence})), rtp({.sequence = sequence}));
  ASSERT_EQ(tap.seen.size(), 3u);
  for (uint16_t i = 0; i < 3; ++i) {
    EXPECT_EQ(tap.seen[i].local, callers_port);
    EXPECT_EQ(tap.seen[i].token, 7u);
    EXPECT_EQ(tap.seen[i].kind, Kind::rtp);
    EXPECT_EQ(tap.seen[i].payload, rtp({.sequence = uint16_t(i + 1)}));
  }
  EXPECT_EQ(tap.seen[2].now, rig.now);
}

TEST_F(TapTest, SeesNeitherTheOtherSideNorWhatIsRefused) {
  rig.install(digit_relay());
  rig.engine.tap(callers_port, &tap);
  rig.from_callee(rtp());
  EXPECT_EQ(rig.from_caller(rtp({.payload_type = 8})).reason, Reason::media_payload_type);
  EXPECT_EQ(rig.push(access, endpoint("203.0.113.66:4000"), access_port, rtp()).reason, Reason::media_source);
  EXPECT_TRUE(tap.seen.empty());
}

TEST_F(TapTest, SeesWhatDoesNotLeave) {
  Relay relay = digit_relay();
  relay.sides[0].held_back = true;
  rig.install(relay);
  rig.engine.tap(callees_port, &tap);
  EXPECT_EQ(rig.from_callee(rtp()).reason, Reason::media_early);
  const Bytes event = bytes_of({.sequence = 2, .first = 2, .end = true});
  EXPECT_EQ(rig.from_callee(event).reason, Reason::media_digit);
  ASSERT_EQ(tap.seen.size(), 2u);
  EXPECT_EQ(tap.seen[1].payload, event);
}

TEST_F(TapTest, SeesAudioWhosePlaceADigitTakes) {
  rig.install(digit_relay());
  rig.engine.tap(callers_port, &tap);
  rig.to_callee({5, 20});
  EXPECT_EQ(rig.become(1, 6), "EEE...");
  ASSERT_EQ(tap.seen.size(), 6u);
  EXPECT_EQ(tap.seen[0].payload, rtp());
}

TEST_F(TapTest, SeesSrtpInTheClear) {
  FakeTransformer transformer;
  rig.engine.transform_by(transformer);
  Relay relay = plain_relay();
  relay.keys[0] = {true, key_of(0x11), key_of(0x22)};
  rig.install(relay);
  rig.engine.tap(callers_port, &tap);
  rig.engine.tap(callees_port, &tap);
  Bytes locked = rtp();
  locked.resize(locked.size() + srtp::tail_max);
  srtp::Work work{0, false, locked.data(), uint16_t(rtp().size()), uint16_t(srtp::tail_max)};
  FakeTransformer::protect(key_of(0x11), work);
  locked.resize(work.size);
  EXPECT_EQ(rig.from_caller(locked).reason, Reason::none);
  EXPECT_EQ(rig.from_callee(rtp({.sequence = 2})).reason, Reason::none);
  EXPECT_EQ(rig.from_caller(rtp({.sequence = 3})).reason, Reason::srtp_forged);
  ASSERT_EQ(tap.seen.size(), 2u);
  EXPECT_EQ(tap.seen[0].payload, rtp());
  EXPECT_EQ(tap.seen[1].payload, rtp({.sequence = 2}));
}

/// RTCP as it came: what leaves of it is less.
TEST_F(TapTest, SeesRtcpAtItsOwnPortWhereverItComes) {
  Relay relay = digit_relay();
  for (Side& side : relay.sides) side.muxed = true;
  rig.install(relay);
  rig.install(control_of(relay));
  NotingTap controls;
  rig.engine.tap(callers_port, &tap);
  rig.engine.tap({access, 0, 20001}, &controls);
  rig.from_caller(rtp());
  const Bytes with_words{0x80, 201, 0, 1, 0, 0, 0, 1, 0x81, 203, 0, 2, 0, 0, 0, 1, 3, 'b', 'y', 'e'};
  EXPECT_EQ(rig.from_caller(with_words).reason, Reason::none);
  ASSERT_EQ(tap.seen.size(), 1u);
  ASSERT_EQ(controls.seen.size(), 1u);
  EXPECT_EQ(controls.seen[0].kind, Kind::rtcp);
  EXPECT_EQ(controls.seen[0].payload, with_words);
}

TEST_F(TapTest, SeesWhatIsNeitherAsWell) {
  Relay relay = plain_relay();
  relay.kind = Kind::opaque;
  rig.install(relay);
  rig.engine.tap(callers_port, &tap);
  EXPECT_EQ(rig.passed_by_caller({1, 2, 3}), (Bytes{1, 2, 3}));
  ASSERT_EQ(tap.seen.size(), 1u);
  EXPECT_EQ(tap.seen[0].kind, Kind::opaque);
}

TEST_F(TapTest, EndsWithThePort) {
  EXPECT_FALSE(rig.engine.tap(callees_port, &tap)) << "it is closed";
  rig.install(digit_relay());
  rig.engine.tap(callees_port, &tap);
  rig.from_callee(rtp({.sequence = 1}));
  rig.install(digit_relay());
  rig.from_callee(rtp({.sequence = 2}));
  EXPECT_EQ(tap.seen.size(), 2u) << "a change of what is open ends nothing";
  rig.engine.remove(Kind::rtp, {callers_port, callees_port});
  rig.install(digit_relay());
  rig.from_callee(rtp({.sequence = 3}));
  EXPECT_EQ(tap.seen.size(), 2u);
}

TEST_F(TapTest, KeepsNoDigitThatWasNotTold) {
  rig.install(digit_relay());
  rig.engine.tap(callees_port, &tap);
  rig.from_callee(bytes_of({}));
  Relay relay = digit_relay();
  relay.sides[1].tells_digits = false;
  rig.install(relay);
  rig.install(digit_relay());
  EXPECT_FALSE(rig.from_callee(rtp({.sequence = 30})).digit);
}

TEST_F(TapTest, TheShortWayIsTakenWhereThereIsNone) {
  rig.install(digit_relay());
  rig.try_steady = true;
  rig.become(1, 2);
  rig.engine.tap(callers_port, &tap);
  rig.become(3, 5);
  EXPECT_EQ(rig.steady, 1u);
  EXPECT_EQ(tap.seen.size(), 3u);
  rig.engine.tap(callers_port, nullptr);
  rig.become(6, 8);
  EXPECT_EQ(rig.steady, 4u);
  EXPECT_EQ(tap.seen.size(), 3u);
}

}  // namespace
}  // namespace sbc::media
