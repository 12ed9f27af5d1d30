// Digits that are put into a stream as telephone-events (RFC 4733): each piece byte by byte, in the place of
// an audio packet, and nothing else of the stream touched.
#include <gtest/gtest.h>

#include "tests/dataplane/media/digit_rig.h"

namespace sbc::media {
namespace {

class SendDigitTest : public testing::Test {
 protected:
  SendDigitTest() { rig.install(digit_relay()); }

  DigitRig rig;
};

TEST_F(SendDigitTest, TakesThePlaceOfAudioPackets) {
  EXPECT_EQ(rig.become(1, 1), ".");
  ASSERT_TRUE(rig.to_callee({5, 100}));
  for (uint16_t nth = 0; nth < 4; ++nth) {
    const auto sequence = uint16_t(2 + nth);
    EXPECT_EQ(
        rig.from_caller(rtp({.sequence = sequence})).packet,
        packet_of(core_port, callee,
                  bytes_of({.sequence = sequence, .first = 2, .duration = uint16_t(160 * (nth + 1))}), 46));
  }
  for (uint16_t sequence = 6; sequence <= 8; ++sequence)
    EXPECT_EQ(rig.from_caller(rtp({.sequence = sequence})).packet,
              packet_of(core_port, callee,
                        bytes_of({.sequence = sequence, .first = 2, .duration = 800, .end = true}), 46));
  EXPECT_EQ(rig.become(9, 20), "............");
}

TEST_F(SendDigitTest, EachIsTheEventThatItIs) {
  for (uint8_t event = 0; event <= last_digit_event; ++event) {
    ASSERT_TRUE(rig.to_callee({event, 20}));
    const auto first = uint16_t(1 + event * 10);
    EXPECT_EQ(rig.passed_by_caller(rtp({.sequence = first})),
              bytes_of({.sequence = first, .first = first, .end = true, .event = event}));
    EXPECT_EQ(rig.become(uint16_t(first + 1), uint16_t(first + 9)), "EE.......");
  }
}

TEST_F(SendDigitTest, BetweenTwoThereAreFortyMillisecondsOfAudio) {
  rig.to_callee({1, 40});
  rig.to_callee({2, 40});
  EXPECT_EQ(rig.become(1, 15), "#EEE..#EEE.....");
  rig.to_callee({3, 40});
  EXPECT_EQ(rig.become(16, 19), "#EEE");
  rig.to_callee({4, 40});
  EXPECT_EQ(rig.become(20, 25), "..#EEE");
}

TEST_F(SendDigitTest, LongPacketsMakeFewPiecesAndAPauseOfOne) {
  rig.to_callee({1, 100});
  rig.to_callee({2, 100});
  std::vector<size_t> sizes;
  for (uint16_t nth = 0; nth < 8; ++nth) {
    Bytes audio = rtp({.sequence = uint16_t(nth + 1)}, 480);
    store_be32(&audio[4], nth * 480u);
    sizes.push_back(rig.passed_by_caller(audio).size());
  }
  EXPECT_EQ(sizes, (std::vector<size_t>{16, 16, 16, 16, 16, 492, 16, 16}));
}

TEST_F(SendDigitTest, ASilenceThatTheCodecLeavesOutCounts) {
  rig.to_callee({5, 160});
  EXPECT_EQ(rig.become(1, 1), "#");
  Bytes after = rtp({.sequence = 2});
  store_be32(&after[4], 8000);
  Bytes end = bytes_of({.sequence = 2, .first = 1, .duration = 1280, .end = true});
  EXPECT_EQ(rig.passed_by_caller(after), end);
}

TEST_F(SendDigitTest, AsManyWaitAsMay) {
  for (size_t i = 0; i < DigitSender::waiting_max; ++i) EXPECT_TRUE(rig.to_callee({1, 20}));
  EXPECT_FALSE(rig.to_callee({2, 20}));
  EXPECT_EQ(rig.become(1, 1), "E");
  EXPECT_TRUE(rig.to_callee({2, 20})) << "one has gone out";
  EXPECT_FALSE(rig.to_callee({2, 20}));
}

TEST_F(SendDigitTest, OnlyTowardWhoTakesThem) {
  EXPECT_FALSE(rig.engine.send_digit(callers_port, {5, 100}, rig.now));
  EXPECT_FALSE(rig.engine.send_digit({core, 0, 20010}, {5, 100}, rig.now)) << "a closed port";
  rig.install(control_of(digit_relay()));
  EXPECT_FALSE(rig.engine.send_digit({core, 0, 20003}, {5, 100}, rig.now)) << "RTCP's port";
  EXPECT_EQ(rig.become(1, 3), "...");
}

TEST_F(SendDigitTest, WhatHasWaitedTooLongIsDropped) {
  rig.to_callee({1, 20});
  rig.now = rig.now + 1s;
  rig.to_callee({2, 20});
  rig.now = rig.now + 4s;
  const Sent sent = rig.from_caller(rtp({.sequence = 1}));
  EXPECT_EQ(sent.late_digits, 1) << name_of(Reason::media_digit_late);
  EXPECT_EQ(sent.packet,
            packet_of(core_port, callee, bytes_of({.sequence = 1, .first = 1, .end = true, .event = 2}), 46));
}

TEST_F(SendDigitTest, WhatStandsBehindALongDigitIsNotLate) {
  rig.to_callee({1, 6000});
  rig.to_callee({2, 20});
  EXPECT_EQ(rig.become(1, 307), std::string(299, '#') + "EEE..EEE");
}

TEST_F(SendDigitTest, ALongerOneThanAnEventCanSayIsCut) {
  rig.to_callee({5, 60'000});
  EXPECT_EQ(rig.become(1, 409), std::string(409, '#'));
  EXPECT_EQ(rig.passed_by_caller(rtp({.sequence = 410})),
            bytes_of({.sequence = 410, .first = 1, .duration = 0xffff, .end = true}));
}

TEST_F(SendDigitTest, LastsByTheClockOfTheStream) {
  Relay relay = digit_relay();
  relay.sides[0].formats = {};
  relay.sides[0].formats.add({0, rtp::Codec::opus, 48'000});
  relay.sides[1].event_clock = 48'000;
  rig.install(relay);
  rig.to_callee({5, 40});
  Bytes audio = rtp({.sequence = 1});
  EXPECT_EQ(rig.passed_by_caller(audio), bytes_of({.sequence = 1, .first = 1, .duration = 960}));
  audio = rtp({.sequence = 2});
  store_be32(&audio[4], 160 + 960);
  EXPECT_EQ(rig.passed_by_caller(audio),
            bytes_of({.sequence = 2, .first = 1, .duration = 1920, .end = true}));
}

TEST_F(SendDigitTest, IsToldByTheClockOfItsPayloadTypeWhereThatIsAnother) {
  Relay relay = digit_relay();
  relay.sides[0].formats = {};
  relay.sides[0].formats.add({0, rtp::Codec::opus, 48'000});
  rig.install(relay);
  rig.to_callee({5, 20});
  EXPECT_EQ(rig.passed_by_caller(rtp({.sequence = 1})),
            bytes_of({.sequence = 1, .first = 1, .duration = 160, .end = true}));
}

TEST_F(SendDigitTest, DoublesAndStragglersBecomeWhatTheyWouldHaveBeen) {
  rig.become(1, 2);
  rig.to_callee({5, 60});
  auto piece = [&](uint16_t sequence, uint16_t duration, bool end) {
    EXPECT_EQ(rig.passed_by_caller(rtp({.sequence = sequence})),
              bytes_of({.sequence = sequence, .first = 4, .duration = duration, .end = end}));
  };
  piece(4, 160, false);
  piece(4, 160, false);
  EXPECT_EQ(rig.become(3, 3), ".") << "sent before the digit began";
  piece(6, 480, true);
  piece(5, 320, false);
  piece(6, 480, true);
  piece(8, 480, true);
  piece(9, 480, true);
  piece(7, 480, true);
  rig.to_callee({6, 20});
  EXPECT_EQ(rig.become(1, 1), ".") << "later than ever, and no part of the pause";
  EXPECT_EQ(rig.become(10, 17), "..EEE...");
}

TEST_F(SendDigitTest, AStreamThatBeginsAnewIsNotToldTheDigitTwice) {
  rig.to_callee({5, 200});
  rig.to_callee({6, 20});
  EXPECT_EQ(rig.become(1, 3), "###");
  auto other = [&](uint16_t sequence) { return rtp({.sequence = sequence, .ssrc = 99}); };
  EXPECT_EQ(rig.passed_by_caller(other(700)), other(700)) << "one packet may have gone astray";
  EXPECT_EQ(rig.become(4, 4), "#");
  for (uint16_t sequence = 701; sequence <= 703; ++sequence)
    EXPECT_EQ(rig.passed_by_caller(other(sequence)), other(sequence)) << sequence;
  EXPECT_EQ(rig.passed_by_caller(other(704)), bytes_of({704, 704, 160, true, 6, 101, 99}));
}

TEST_F(SendDigitTest, EventsOfTheFarEndPassAndOursWait) {
  Relay relay = digit_relay();
  relay.sides[0].payload_types = relay.sides[1].payload_types;
  relay.sides[0].formats.add({101, rtp::Codec::telephone_event, 8'000});
  rig.install(relay);
  EXPECT_EQ(rig.become(1, 1), ".");
  rig.to_callee({5, 20});
  for (uint16_t nth = 0; nth < 4; ++nth) {
    const Bytes theirs = bytes_of({.sequence = uint16_t(2 + nth),
                                   .first = 2,
                                   .duration = uint16_t(160 * std::min(nth + 1, 3)),
                                   .end = nth > 1,
                                   .event = 9});
    EXPECT_EQ(rig.passed_by_caller(theirs), theirs);
  }
  EXPECT_EQ(rig.become(6, 12), ".EEE...");
}

TEST_F(SendDigitTest, WhatIsNoneOfTheFormatsIsAudioButForTheEvents) {
  Relay relay = digit_relay();
  relay.sides[0].payload_types = relay.sides[1].payload_types;
  relay.sides[0].formats = {};
  rig.install(relay);
  rig.to_callee({5, 20});
  const Bytes theirs = bytes_of({.sequence = 1, .event = 9});
  EXPECT_EQ(rig.passed_by_caller(theirs), theirs);
  EXPECT_EQ(rig.become(2, 7), "..EEE.");
}

TEST_F(SendDigitTest, NothingOfTheReplacedPacketIsLeft) {
  rig.to_callee({5, 20});
  Bytes all = rtp({.sequence = 1});
  all[0] = 0x80 | 0x20 | 0x10 | 1;  // padding, an extension, one source
  store_be16(&all[16], 0xbede);
  store_be16(&all[18], 1);
  all.back() = 8;
  EXPECT_EQ(rig.passed_by_caller(all), bytes_of({.sequence = 1, .end = true}));
  EXPECT_EQ(rig.passed_by_caller(rtp({.sequence = 2}, 0)), bytes_of({.sequence = 2, .end = true}))
      << "it grows";
}

TEST_F(SendDigitTest, WaitsWhereNothingLeaves) {
  Relay relay = digit_relay();
  relay.sides[1].held_back = true;
  rig.install(relay);
  rig.to_callee({5, 20});
  EXPECT_EQ(rig.from_caller(rtp({.sequence = 1})).reason, Reason::media_early);
  relay.sides[1].held_back = false;
  rig.install(relay);
  EXPECT_EQ(rig.become(2, 6), "EEE..");
}

TEST_F(SendDigitTest, WhoTakesNoneAnyMoreGetsNone) {
  rig.to_callee({5, 200});
  EXPECT_EQ(rig.become(1, 2), "##");
  rig.to_callee({6, 20});
  Relay relay = digit_relay();
  relay.sides[1].event_type = no_event_type;
  rig.install(relay);
  EXPECT_EQ(rig.become(3, 10), "........");
  rig.now = rig.now + 6s;
  EXPECT_EQ(rig.from_caller(rtp({.sequence = 11})).late_digits, 1);
  rig.install(digit_relay());
  EXPECT_EQ(rig.become(12, 16), ".....") << "nor what is left of one that had begun";
}

TEST_F(SendDigitTest, EndsWithThePort) {
  rig.to_callee({5, 200});
  rig.engine.remove(Kind::rtp, {callers_port, callees_port});
  rig.install(digit_relay());
  EXPECT_EQ(rig.become(1, 3), "...");
  rig.to_callee({6, 20});
  EXPECT_EQ(rig.become(4, 12), "EEE......") << "none of the call before";
}

TEST_F(SendDigitTest, IsNotForWhoComesInTheOthersPlace) {
  rig.to_callee({5, 200});
  Relay relay = digit_relay();
  relay.sides[1].local.port = 20004;
  rig.install(relay);
  EXPECT_EQ(rig.become(1, 3), "...");
}

TEST_F(SendDigitTest, TheShortWayIsTakenBeforeAndAfter) {
  rig.try_steady = true;
  rig.become(1, 3);
  EXPECT_EQ(rig.steady, 2u);
  rig.to_callee({5, 40});
  EXPECT_EQ(rig.become(4, 10), "#EEE...");
  EXPECT_EQ(rig.steady, 2u);
  EXPECT_EQ(rig.become(11, 20), "..........");
  EXPECT_EQ(rig.steady, 12u);
}

TEST_F(SendDigitTest, RtcpAtTheSamePortAndItsCountsAreUntouched) {
  Relay relay = digit_relay();
  for (Side& side : relay.sides) side.muxed = true;
  rig.install(relay);
  rig.install(control_of(relay));
  rig.to_callee({5, 40});
  EXPECT_EQ(rig.become(1, 1), "#");
  const Bytes report{0x80, 201, 0, 1, 0, 0, 0, 1};
  EXPECT_EQ(rig.passed_by_caller(report), report);
  EXPECT_EQ(rig.become(2, 5), "EEE.");
  EXPECT_EQ(rig.engine.stats(callers_port).packets, 5u);
  EXPECT_EQ(rig.engine.stats(callers_port).lost, 0u);
}

class SendDigitFamiliesTest : public testing::TestWithParam<std::pair<bool, bool>> {};

TEST_P(SendDigitFamiliesTest, PiecesLeaveByEither) {
  const auto [in_v6, out_v6] = GetParam();
  Relay relay = digit_relay();
  const Endpoint from = in_v6 ? endpoint("[2001:db8:a::77]:4000") : caller;
  const Endpoint to = in_v6 ? endpoint("[2001:db8:a::1]:20000") : access_port;
  const Endpoint onward = out_v6 ? endpoint("[2001:db8:c::99]:6000") : callee;
  const Endpoint ours = out_v6 ? endpoint("[2001:db8:c::1]:20002") : core_port;
  relay.sides[0].local.address = in_v6;
  relay.sides[0].remote = from;
  relay.sides[1].local.address = out_v6;
  relay.sides[1].remote = onward;
  DigitRig rig;
  rig.install(relay);
  ASSERT_TRUE(rig.engine.send_digit(relay.sides[1].local, {5, 100}, rig.now));
  EXPECT_EQ(rig.push(access, from, to, rtp({.sequence = 1})).packet,
            packet_of(ours, onward, bytes_of({.sequence = 1}), 46));
}

INSTANTIATE_TEST_SUITE_P(Families, SendDigitFamiliesTest,
                         testing::Values(std::pair(false, false), std::pair(false, true),
                                         std::pair(true, false), std::pair(true, true)));

}  // namespace
}  // namespace sbc::media
