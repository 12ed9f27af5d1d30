// What RTCP that passes tells: the way to each end and back, and how each hears the other (RFC 3550 6.4.1).
#include <gtest/gtest.h>

#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

using namespace std::chrono_literals;

constexpr uint32_t callers_ssrc = 0x0a0a0a0a, callees_ssrc = 0x0b0b0b0b;

struct Report {
  uint32_t about = 0;
  uint8_t fraction = 0;
  uint32_t lost = 0;
  uint32_t jitter = 0;
  uint32_t last_report = 0;
  Duration since{0};
};

Bytes block(const Report& report) {
  Bytes bytes(24);
  store_be32(&bytes[0], report.about);
  store_be32(&bytes[4], uint32_t(report.fraction) << 24 | (report.lost & 0xffffff));
  store_be32(&bytes[12], report.jitter);
  store_be32(&bytes[16], report.last_report);
  store_be32(&bytes[20], uint32_t(report.since.count() * 65536 / 1'000'000'000));
  return bytes;
}

Bytes receiver_report(const Report& report) {
  Bytes bytes{0x81, 201, 0, 7, 0, 0, 0, 1};
  Bytes body = block(report);
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

/// Its NTP time: the middle 32 bits.
Bytes sender_report(uint32_t ntp) {
  Bytes bytes(28);
  bytes[0] = 0x80;
  bytes[1] = 200;
  bytes[3] = 6;
  store_be32(&bytes[8], 0xdead0000 | ntp >> 16);
  store_be32(&bytes[12], ntp << 16 | 0xbeef);
  return bytes;
}

/// RFC 3611: one block of an extended report.
Bytes extended_report(uint8_t type, const Bytes& content) {
  Bytes bytes{0x80, 207, 0, uint8_t(2 + content.size() / 4), 0, 0, 0, 1};
  bytes.insert(bytes.end(), {type, 0, 0, uint8_t(content.size() / 4)});
  bytes.insert(bytes.end(), content.begin(), content.end());
  return bytes;
}

Bytes voip_metrics(uint32_t about, uint8_t discarded, uint8_t listening, uint8_t conversational) {
  Bytes content(32);
  store_be32(&content[0], about);
  content[5] = discarded;
  content[22] = listening;
  content[23] = conversational;
  return extended_report(7, content);
}

Bytes reference_time(uint32_t ntp) {
  Bytes content(8);
  store_be32(&content[0], ntp >> 16);
  store_be32(&content[4], ntp << 16);
  return extended_report(4, content);
}

Bytes reference_heard(uint32_t ntp, Duration since) {
  Bytes content(12);
  store_be32(&content[4], ntp);
  store_be32(&content[8], uint32_t(since.count() * 65536 / 1'000'000'000));
  return extended_report(5, content);
}

class RtcpTest : public testing::Test {
 protected:
  void SetUp() override {
    for (Side& side : relay.sides) {
      side.formats.add({0, rtp::Codec::g711, 8'000});
      side.formats.add({101, rtp::Codec::telephone_event, 48'000});
    }
    rig.install(relay);
    Relay control = relay;
    control.kind = Kind::rtcp;
    for (Side& side : control.sides) {
      ++side.local.port;
      ++side.remote.port;
    }
    rig.install(control);
    rig.push(access, caller, access_port, media::rtp({.ssrc = callers_ssrc}));
    rig.push(core, callee, core_port, media::rtp({.ssrc = callees_ssrc}));
  }
  void from_caller(const Bytes& compound) {
    ASSERT_EQ(rig.push(access, endpoint("198.51.100.7:4001"), endpoint("192.0.2.1:20001"), compound).reason,
              Reason::none);
  }
  void from_callee(const Bytes& compound) {
    ASSERT_EQ(rig.push(core, endpoint("10.0.0.9:6001"), endpoint("10.0.0.1:20003"), compound).reason,
              Reason::none);
  }
  SideStats callers() const { return rig.engine.stats({access, 0, 20000}); }
  SideStats callees() const { return rig.engine.stats({core, 0, 20002}); }

  Rig rig;
  Relay relay = plain_relay();
};

TEST_F(RtcpTest, AReportTellsHowTheOtherSideIsHeard) {
  from_caller(receiver_report({.about = callees_ssrc, .fraction = 64, .lost = 12, .jitter = 80}));
  ASSERT_TRUE(callers().far);
  EXPECT_EQ(callers().far->lost, 12u);
  EXPECT_EQ(callers().far->fraction_lost, 64);
  EXPECT_EQ(callers().far->jitter, Duration(10ms));
  EXPECT_FALSE(callees().far);
}

/// Its clock is the stream's, also while a digit is sent.
TEST_F(RtcpTest, TheFarEndsJitterCountsByTheClockOfTheCodec) {
  rig.push(core, callee, core_port, media::rtp({.payload_type = 101, .sequence = 2, .ssrc = callees_ssrc}));
  from_caller(receiver_report({.about = callees_ssrc, .jitter = 80}));
  EXPECT_EQ(callers().far->jitter, Duration(10ms));
}

TEST_F(RtcpTest, AReportByASenderIsReadBehindWhatItSaysOfItself) {
  Bytes both = sender_report(5);
  both[0] = 0x81;
  both[3] = 12;
  const Bytes about = block({.about = callees_ssrc, .lost = 3});
  both.insert(both.end(), about.begin(), about.end());
  from_caller(both);
  ASSERT_TRUE(callers().far);
  EXPECT_EQ(callers().far->lost, 3u);
}

TEST_F(RtcpTest, ReportsOfUnknownStreamsTellNothing) {
  from_caller(receiver_report({.about = callers_ssrc, .lost = 12}));
  from_caller(receiver_report({.about = 99, .lost = 12}));
  EXPECT_FALSE(callers().far);
}

/// RFC 3550 6.4.1: doubles may make the number of lost packets negative.
TEST_F(RtcpTest, LessThanNothingLostIsNothing) {
  from_caller(receiver_report({.about = callees_ssrc, .lost = 0xfffffe}));
  EXPECT_EQ(callers().far->lost, 0u);
}

/// The callee's sender report passes at 0, lies with the caller for 500 ms, and is back after 580.
TEST_F(RtcpTest, TheRoundTripIsWhatPassesBetweenAReportAndItsEcho) {
  from_callee(sender_report(0x12345678));
  rig.now = rig.now + 580ms;
  from_caller(receiver_report({.about = callees_ssrc, .last_report = 0x12345678, .since = 500ms}));
  ASSERT_TRUE(callers().round_trip);
  EXPECT_NEAR(double(callers().round_trip->count()), 80e6, 20e3);
  EXPECT_FALSE(callees().round_trip);
}

TEST_F(RtcpTest, AnEchoOfAnotherReportTellsNoRoundTrip) {
  from_callee(sender_report(0x12345678));
  rig.now = rig.now + 80ms;
  from_caller(receiver_report({.about = callees_ssrc, .last_report = 0x12345679}));
  from_caller(receiver_report({.about = callees_ssrc, .last_report = 0}));
  EXPECT_FALSE(callers().round_trip);
}

TEST_F(RtcpTest, WhoSaysItLayLongerThanItDidIsNotBelieved) {
  from_callee(sender_report(7));
  rig.now = rig.now + 80ms;
  from_caller(receiver_report({.about = callees_ssrc, .last_report = 7, .since = 90ms}));
  EXPECT_FALSE(callers().round_trip);
}

TEST_F(RtcpTest, ExtendedReportsTellHowItSoundsThere) {
  from_caller(voip_metrics(callees_ssrc, 64, 41, 38));
  ASSERT_TRUE(callers().far);
  EXPECT_EQ(callers().far->discarded, 64);
  EXPECT_EQ(callers().far->mos, 38);
  from_caller(receiver_report({.about = callees_ssrc, .lost = 12}));
  EXPECT_EQ(callers().far->lost, 12u);
  EXPECT_EQ(callers().far->mos, 38) << "it stays beside what reports say";
  from_caller(voip_metrics(callees_ssrc, 0, 41, 127));
  EXPECT_EQ(callers().far->mos, 41) << "only that is known";
  from_caller(voip_metrics(callees_ssrc, 0, 127, 127));
  EXPECT_EQ(callers().far->mos, std::nullopt);
}

TEST_F(RtcpTest, ExtendedReportsOfUnknownStreamsTellNothing) {
  from_caller(voip_metrics(99, 64, 41, 38));
  EXPECT_FALSE(callers().far);
}

/// RFC 3611 4.5: between two ends of which one sends no media.
TEST_F(RtcpTest, TheRoundTripOfAReceiverIsKnownByItsReferenceTime) {
  from_callee(reference_time(0x12345678));
  rig.now = rig.now + 580ms;
  from_caller(reference_heard(0x12345679, 500ms));
  EXPECT_FALSE(callers().round_trip);
  from_caller(reference_heard(0x12345678, 500ms));
  ASSERT_TRUE(callers().round_trip);
  EXPECT_NEAR(double(callers().round_trip->count()), 80e6, 20e3);
}

}  // namespace
}  // namespace sbc::media
