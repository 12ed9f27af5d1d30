// Flows whose two ends encrypt between them: what is in the clear is judged, nothing is changed, and the DTLS
// that agrees on the keys passes from who may send, and from nobody else.
#include <gtest/gtest.h>

#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

using namespace std::chrono_literals;

const Endpoint access_control = endpoint("192.0.2.1:20001"), core_control = endpoint("10.0.0.1:20003");
const Endpoint caller_control = endpoint("198.51.100.7:4001"), callee_control = endpoint("10.0.0.9:6001");
const Endpoint stranger = endpoint("203.0.113.66:4000");

constexpr uint8_t application_data = 23;

/// A record of DTLS 1.2 (RFC 6347 4.1); 22 is a handshake's.
Bytes record(uint8_t type = 22, uint16_t length = 60) {
  Bytes bytes(13 + length, 0x5a);
  bytes[0] = type;
  bytes[1] = 0xfe;
  bytes[2] = 0xfd;
  store_be16(&bytes[11], length);
  return bytes;
}

/// A sender report whose content is encrypted, with index and tag behind it (RFC 3711 3.4).
Bytes srtcp(size_t words = 6) {
  Bytes bytes(4 + 4 * words + 4 + 10, 0xc7);
  bytes[0] = 0x80;
  bytes[1] = 200;
  store_be16(&bytes[2], uint16_t(words));
  return bytes;
}

class SealedTest : public testing::Test {
 protected:
  void install(Seal seal) {
    relay.seal = seal;
    for (Side& side : relay.sides) side.formats.add({0, rtp::Codec::g711, 8'000});
    rig.install(relay);
    rig.install(control_of(relay));
  }
  Sent from(const Endpoint& source, const Bytes& payload) {
    return rig.push(access, source, access_port, payload);
  }
  SideStats stats() const { return rig.engine.stats({access, 0, 20000}); }

  Rig rig;
  Relay relay = plain_relay();
};

TEST_F(SealedTest, RtpIsJudgedByItsHeaderAndLeavesAsItCame) {
  install(Seal::srtp);
  for (uint16_t sequence = 1; sequence <= 3; ++sequence) {
    const Bytes packet = rtp({.sequence = sequence}, 160 + 10);
    EXPECT_EQ(from(caller, packet).packet, packet_of(core_port, callee, packet, 46));
  }
  EXPECT_EQ(stats().packets, 3u);
  EXPECT_EQ(from(caller, rtp({.payload_type = 9, .sequence = 4})).reason, Reason::media_payload_type);
  EXPECT_EQ(from(stranger, rtp({.sequence = 4})).reason, Reason::media_source);
  EXPECT_EQ(from(caller, Bytes(172, 0x11)).reason, Reason::media_not_rtp);
  EXPECT_EQ(stats().refused, 3u);
}

TEST_F(SealedTest, TheShortWayTakesIt) {
  install(Seal::srtp);
  rig.try_steady = true;
  for (uint16_t sequence = 1; sequence <= 5; ++sequence)
    EXPECT_EQ(from(caller, rtp({.sequence = sequence}, 170)).reason, Reason::none);
  EXPECT_EQ(rig.steady, 4u);
}

// RFC 3711 3.1: the count of padding is encrypted, so whatever stands there is none
TEST_F(SealedTest, PaddingIsNotRead) {
  Bytes padded = rtp({}, 170);
  padded[0] |= 0x20;
  padded.back() = 0xff;
  install(Seal::none);
  EXPECT_EQ(from(caller, padded).reason, Reason::media_not_rtp);
  install(Seal::srtp);
  EXPECT_EQ(from(caller, padded).packet, packet_of(core_port, callee, padded, 46));
}

TEST_F(SealedTest, RtcpLeavesAsItCameAndNothingIsReadOfIt) {
  install(Seal::srtp);
  const Bytes packet = srtcp();
  const Sent sent = rig.push(access, caller_control, access_control, packet);
  ASSERT_EQ(sent.reason, Reason::none) << name_of(sent.reason);
  EXPECT_EQ(sent.packet, packet_of(core_control, callee_control, packet, 46));
  EXPECT_FALSE(stats().far.has_value());
}

TEST_F(SealedTest, WhatIsInTheClearOfRtcpHasToBeRtcps) {
  install(Seal::srtp);
  Bytes wrong_type = srtcp(), wrong_version = srtcp(), too_long = srtcp(), without_ssrc = srtcp();
  wrong_type[1] = 100;
  wrong_version[0] = 0x40;
  store_be16(&too_long[2], 9);
  store_be16(&without_ssrc[2], 0);
  for (const Bytes& packet :
       {wrong_type, wrong_version, too_long, without_ssrc, Bytes{0x80, 201, 0, 1, 1, 2, 3, 4}}) {
    EXPECT_EQ(rig.push(access, caller_control, access_control, packet).reason, Reason::media_not_rtcp)
        << packet.size();
  }
}

TEST_F(SealedTest, OnOnePortRtcpIsToldFromRtp) {
  relay.sides[0].muxed = relay.sides[1].muxed = true;
  install(Seal::srtp);
  ASSERT_EQ(from(caller, rtp({}, 170)).reason, Reason::none);
  const Bytes packet = srtcp();
  EXPECT_EQ(from(caller, packet).packet, packet_of(core_port, callee, packet, 46));
  EXPECT_EQ(stats().packets, 1u);
}

TEST_F(SealedTest, DtlsPassesAsItCameAndIsNoRtp) {
  install(Seal::dtls_srtp);
  const Bytes hello = record();
  EXPECT_EQ(from(caller, hello).packet, packet_of(core_port, callee, hello, 46));
  EXPECT_EQ(rig.push(core, callee, core_port, hello).packet, packet_of(access_port, caller, hello, 34));
  EXPECT_EQ(stats().packets, 0u);
  EXPECT_EQ(stats().latched, caller) << "it may be the first that comes (RFC 5763 6.7.1)";
  EXPECT_EQ(rig.push(access, caller_control, access_control, hello).packet,
            packet_of(core_control, callee_control, hello, 46))
      << "an association of its own for each port";
}

TEST_F(SealedTest, DtlsPassesOnlyWhereItAgreesOnKeys) {
  for (const Seal seal : {Seal::none, Seal::srtp}) {
    install(seal);
    EXPECT_EQ(from(caller, record()).reason, Reason::media_not_rtp);
    EXPECT_EQ(rig.push(access, caller_control, access_control, record()).reason, Reason::media_not_rtcp);
  }
}

TEST_F(SealedTest, AStrangersDtlsNeitherPassesNorLatches) {
  install(Seal::dtls_srtp);
  EXPECT_EQ(from(stranger, record()).reason, Reason::media_source);
  EXPECT_EQ(stats().latched.port, 0);
  EXPECT_EQ(from(caller, record()).reason, Reason::none);
  EXPECT_EQ(from(endpoint("198.51.100.7:4444"), record()).reason, Reason::media_source)
      << "locked by the first";
  EXPECT_EQ(stats().strangers, 2u);
}

struct RecordRow {
  const char* what;
  Bytes bytes;
  bool passes;
};

Bytes with(Bytes bytes, size_t at, uint8_t value) {
  bytes[at] = value;
  return bytes;
}

Bytes longer(Bytes bytes, const Bytes& by) {
  bytes.insert(bytes.end(), by.begin(), by.end());
  return bytes;
}
Bytes shorter(Bytes bytes) {
  bytes.pop_back();
  return bytes;
}

TEST_F(SealedTest, WhatPassesAsDtlsIsHandshakesAndAlerts) {
  const RecordRow rows[] = {
      {"change of cipher", record(20, 1), true},
      {"alert", record(21, 2), true},
      {"handshake", record(22), true},
      {"ACK of 1.3", record(26, 8), true},
      {"with a connection ID", record(25, 40), true},
      {"a connection ID in no DTLS", with(record(25, 40), 1, 3), false},
      {"a connection ID and nothing", record(25, 0), false},
      {"heartbeat", record(24, 40), false},
      {"anything behind a record", longer(record(21, 2), Bytes(1400, 0x41)), false},
      {"DTLS 1.0", with(record(), 2, 0xff), true},
      {"another record behind it", longer(record(), record(20, 1)), true},
      {"unified header of 1.3", Bytes(40, 0x2f), true},
      {"data of applications", record(application_data), false},
      {"cut short", shorter(record()), false},
      {"no version of DTLS", with(record(), 1, 3), false},
      {"a header alone", Bytes(12, 22), false},
      {"a unified header without anything", Bytes(17, 0x2f), false},
      {"a byte that is nobody's", record(19), false},
      {"TURN's", record(64), false},
  };
  for (const RecordRow& row : rows) {
    install(Seal::dtls_srtp);
    rig.now = rig.now + 1s;
    EXPECT_EQ(from(caller, row.bytes).reason, row.passes ? Reason::none : Reason::media_not_rtp) << row.what;
  }
}

TEST_F(SealedTest, DtlsIsPolicedApartFromRtp) {
  install(Seal::dtls_srtp);
  unsigned passed = 0;
  for (int i = 0; i < 500; ++i) passed += from(caller, record()).reason == Reason::none;
  EXPECT_GE(passed, 50u) << "half a second's worth at once";
  EXPECT_LE(passed, 52u);
  EXPECT_EQ(from(caller, record()).reason, Reason::media_rate);
  EXPECT_EQ(from(caller, rtp()).reason, Reason::none);
  rig.now = rig.now + 1s;
  EXPECT_EQ(from(caller, record()).reason, Reason::none);
}

TEST_F(SealedTest, AnotherSealHoldsFromTheNextInstallOn) {
  install(Seal::srtp);
  ASSERT_EQ(from(caller, rtp()).reason, Reason::none);
  install(Seal::dtls_srtp);
  EXPECT_EQ(from(caller, record()).reason, Reason::none);
  install(Seal::none);
  EXPECT_EQ(from(caller, record()).reason, Reason::media_not_rtp);
  EXPECT_EQ(from(caller, rtp({.sequence = 2})).reason, Reason::none) << "who has latched stays";
}

}  // namespace
}  // namespace sbc::media
