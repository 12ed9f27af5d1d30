// Telephone-events (RFC 4733) of a side whose digits are told to the owner: they do not pass, and each digit
// is told once, whatever is lost or doubled on the way.
#include <gtest/gtest.h>

#include "tests/dataplane/media/digit_rig.h"

namespace sbc::media {
namespace {

using Digits = std::vector<Digit>;

class TellDigitTest : public testing::Test {
 protected:
  TellDigitTest() { rig.install(digit_relay()); }

  Sent event(const Piece& piece) { return note(rig.from_callee(bytes_of(piece))); }
  Sent audio(uint16_t sequence) { return note(rig.from_callee(rtp({.sequence = sequence}))); }
  /// What was told since this was asked last.
  Digits told() { return std::exchange(told_, {}); }

  DigitRig rig;

 private:
  Sent note(Sent sent) {
    if (sent.digit) {
      told_.push_back(*sent.digit);
      EXPECT_EQ(sent.token, 7u);
    }
    return sent;
  }

  Digits told_;
};

TEST_F(TellDigitTest, EventsEndHereAndTheDigitIsToldAtTheFirstEnd) {
  EXPECT_EQ(audio(1).reason, Reason::none);
  EXPECT_EQ(event({.sequence = 2, .first = 2, .duration = 160}).reason, Reason::media_digit);
  EXPECT_EQ(event({.sequence = 3, .first = 2, .duration = 320}).reason, Reason::media_digit);
  EXPECT_EQ(told(), Digits{});
  EXPECT_EQ(event({.sequence = 4, .first = 2, .duration = 800, .end = true}).reason, Reason::media_digit);
  EXPECT_EQ(told(), (Digits{{5, 100}}));
  event({.sequence = 5, .first = 2, .duration = 800, .end = true});
  event({.sequence = 6, .first = 2, .duration = 800, .end = true});
  const Sent next = audio(7);
  EXPECT_EQ(next.packet, packet_of(access_port, caller, rtp({.sequence = 7}), 34)) << "a gap is left";
  EXPECT_EQ(told(), Digits{});
}

TEST_F(TellDigitTest, EventsAreCountedAndNotRefused) {
  audio(1);
  for (uint16_t sequence = 2; sequence <= 6; ++sequence)
    event({.sequence = sequence, .first = 2, .end = sequence > 3});
  const SideStats stats = rig.engine.stats(callees_port);
  EXPECT_EQ(stats.packets, 6u);
  EXPECT_EQ(stats.refused, 0u);
  EXPECT_EQ(stats.lost, 0u);
  EXPECT_EQ(stats.last_packet.ns >> 16, rig.now.ns >> 16);
}

TEST_F(TellDigitTest, AStreamMayBeginWithAnEvent) {
  EXPECT_EQ(event({.end = true, .event = 11}).reason, Reason::media_digit);
  EXPECT_EQ(told(), (Digits{{11, 20}}));
  EXPECT_EQ(rig.engine.stats(callees_port).latched, callee);
}

TEST_F(TellDigitTest, WhereTheEndsAreLostTheNextEventTellsIt) {
  event({.sequence = 1, .first = 1, .duration = 640, .event = 1});
  event({.sequence = 10, .first = 10, .duration = 160, .event = 2});
  EXPECT_EQ(told(), (Digits{{1, 80}}));
  event({.sequence = 11, .first = 10, .duration = 320, .end = true, .event = 2});
  EXPECT_EQ(told(), (Digits{{2, 40}}));
}

TEST_F(TellDigitTest, TwoThatEndWithOnePacketAreToldByTwo) {
  event({.sequence = 1, .first = 1, .event = 1});
  event({.sequence = 12, .first = 10, .duration = 480, .end = true, .event = 2});
  EXPECT_EQ(told(), (Digits{{1, 20}}));
  event({.sequence = 13, .first = 10, .duration = 480, .end = true, .event = 2});
  EXPECT_EQ(told(), (Digits{{2, 60}}));
  event({.sequence = 14, .first = 14, .event = 3});
  event({.sequence = 24, .first = 24, .end = true, .event = 4});
  told();
  EXPECT_EQ(audio(25).reason, Reason::none);
  EXPECT_EQ(told(), (Digits{{4, 20}}));
}

TEST_F(TellDigitTest, WhereTheEndsAreLostAudioTellsItOnceItIsPast) {
  event({.sequence = 1, .first = 1, .duration = 160});
  event({.sequence = 2, .first = 1, .duration = 320});
  for (uint16_t sequence = 3; sequence <= 7; ++sequence) EXPECT_EQ(audio(sequence).reason, Reason::none);
  EXPECT_EQ(told(), Digits{});
  audio(8);
  EXPECT_EQ(told(), (Digits{{5, 40}}));
  audio(9);
  event({.sequence = 4, .first = 1, .duration = 320, .end = true});
  EXPECT_EQ(told(), Digits{}) << "its end was only late";
}

TEST_F(TellDigitTest, AudioBesideTheEventDoesNotEndIt) {
  uint16_t sequence = 0;
  for (uint16_t nth = 1; nth <= 20; ++nth) {
    Bytes beside = rtp({.sequence = ++sequence});
    store_be32(&beside[4], nth * 160u);
    const Sent sent = rig.from_callee(beside);
    EXPECT_EQ(sent.reason, Reason::none);
    EXPECT_FALSE(sent.digit);
    event({.sequence = ++sequence, .first = 1, .duration = uint16_t(nth * 160), .end = nth == 20});
  }
  EXPECT_EQ(told(), (Digits{{5, 400}}));
}

TEST_F(TellDigitTest, TheSameDigitTwiceIsTwoDigits) {
  for (const auto first : std::initializer_list<uint16_t>{1, 10, 20})
    for (uint16_t nth = 0; nth < 4; ++nth)
      event({.sequence = uint16_t(first + nth),
             .first = first,
             .duration = uint16_t(160 * (nth + 1)),
             .end = nth > 0});
  EXPECT_EQ(told(), (Digits{{5, 40}, {5, 40}, {5, 40}}));
}

TEST_F(TellDigitTest, AStragglerOfTheDigitBeforeIsNoDigit) {
  event({.sequence = 1, .first = 1, .event = 1});
  event({.sequence = 2, .first = 1, .duration = 320, .end = true, .event = 1});
  event({.sequence = 10, .first = 10, .event = 2});
  EXPECT_EQ(event({.sequence = 3, .first = 1, .duration = 320, .end = true, .event = 1}).reason,
            Reason::media_digit);
  event({.sequence = 11, .first = 10, .duration = 320, .end = true, .event = 2});
  EXPECT_EQ(told(), (Digits{{1, 40}, {2, 40}}));
}

TEST_F(TellDigitTest, OfAnotherSourceTheSameTimestampIsAnotherDigit) {
  event({.sequence = 1, .first = 1, .end = true});
  event({.sequence = 1, .first = 1, .end = true, .event = 6, .ssrc = 99});
  EXPECT_EQ(told(), (Digits{{5, 20}, {6, 20}}));
}

TEST_F(TellDigitTest, SegmentsAreOneDigit) {  // RFC 4733 2.5.1.3
  Bytes second = bytes_of({.sequence = 411, .duration = 800, .end = true});
  store_be32(&second[4], 160 + 0xffff);
  event({.sequence = 1, .first = 1, .duration = 160});
  event({.sequence = 410, .first = 1, .duration = 0xffff});
  const Sent sent = rig.from_callee(second);
  EXPECT_EQ(sent.digit, (Digit{5, 8291}));
  EXPECT_FALSE(rig.from_callee(second).digit);
}

TEST_F(TellDigitTest, WhatIsNoDigitIsNotToldAndDoesNotPass) {
  EXPECT_EQ(event({.sequence = 1, .end = true, .event = 17}).reason, Reason::media_digit);
  Bytes cut = bytes_of({.sequence = 2, .first = 2, .end = true});
  cut.resize(15);
  EXPECT_EQ(rig.from_callee(cut).reason, Reason::media_digit);
  event({.sequence = 20, .first = 20, .event = 5});
  EXPECT_EQ(told(), Digits{});
}

TEST_F(TellDigitTest, ADurationIsToldByTheClock) {
  Relay relay = digit_relay();
  relay.sides[1].formats = {};
  relay.sides[1].formats.add({101, rtp::Codec::telephone_event, 48'000});
  rig.install(relay);
  event({.duration = 4800, .end = true});
  EXPECT_EQ(told(), (Digits{{5, 100}}));
}

TEST_F(TellDigitTest, EventsBeyondTheFormatsThatAreKnownAreThose) {
  Relay relay = digit_relay();
  relay.sides[1].formats = {};
  rig.install(relay);
  EXPECT_EQ(event({.end = true}).reason, Reason::media_digit);
  EXPECT_EQ(told(), (Digits{{5, 20}}));
  EXPECT_EQ(audio(2).reason, Reason::none);
}

TEST_F(TellDigitTest, AreToldAlsoWhereNothingLeaves) {
  Relay relay = digit_relay();
  relay.sides[0].held_back = true;
  rig.install(relay);
  EXPECT_EQ(event({.sequence = 1, .end = true}).reason, Reason::media_digit);
  EXPECT_EQ(told(), (Digits{{5, 20}}));
  event({.sequence = 2, .first = 2});
  EXPECT_EQ(audio(20).reason, Reason::media_early);
  EXPECT_EQ(told(), (Digits{{5, 20}}));
}

TEST_F(TellDigitTest, ASideThatTellsNoneHasItsEventsRelayed) {
  Relay relay = digit_relay();
  relay.sides[1].tells_digits = false;
  rig.install(relay);
  const Piece piece{.end = true};
  EXPECT_EQ(event(piece).packet, packet_of(access_port, caller, bytes_of(piece), 34));
  EXPECT_EQ(told(), Digits{});
}

TEST_F(TellDigitTest, WhatWasNotToldIsForgottenWithTheRuleThatItShould) {
  event({.sequence = 1, .first = 1});
  Relay relay = digit_relay();
  relay.sides[1].tells_digits = false;
  rig.install(relay);
  rig.install(digit_relay());
  audio(30);
  EXPECT_EQ(told(), Digits{});
}

TEST_F(TellDigitTest, TheRtcpOfThatSidePasses) {
  rig.install(control_of(digit_relay()));
  event({.sequence = 1});
  const Bytes report{0x80, 201, 0, 1, 0, 0, 0, 1};
  const Sent sent = rig.push(core, endpoint("10.0.0.9:6001"), endpoint("10.0.0.1:20003"), report);
  EXPECT_EQ(sent.reason, Reason::none);
  EXPECT_FALSE(sent.digit);
}

TEST_F(TellDigitTest, StrangersTellNothing) {
  audio(1);
  const Sent sent =
      rig.push(core, endpoint("10.0.0.66:6000"), core_port, bytes_of({.sequence = 2, .end = true}));
  EXPECT_EQ(sent.reason, Reason::media_source);
  EXPECT_FALSE(sent.digit);
}

TEST_F(TellDigitTest, TheShortWayIsForWhoTellsNone) {
  rig.try_steady = true;
  for (uint16_t sequence = 1; sequence <= 5; ++sequence) audio(sequence);
  EXPECT_EQ(rig.steady, 0u);
  Relay relay = digit_relay();
  relay.sides[1].tells_digits = false;
  rig.install(relay);
  for (uint16_t sequence = 6; sequence <= 10; ++sequence) audio(sequence);
  EXPECT_EQ(rig.steady, 5u);
}

}  // namespace
}  // namespace sbc::media
