// Flows that speak SRTP on one side or both: what is inside is judged and counted as plain RTP is, and only
// once it is proven to come from who has the key.
#include <gtest/gtest.h>

#include "tests/dataplane/media/digit_rig.h"
#include "tests/dataplane/media/fake_transformer.h"

namespace sbc::media {
namespace {

const srtp::MasterKey callers = key_of(0x11), to_caller = key_of(0x22);
const srtp::MasterKey callees = key_of(0x33), to_callee = key_of(0x44);

Bytes locked(Bytes bytes, const srtp::MasterKey& key, bool rtcp = false) {
  const size_t size = bytes.size();
  bytes.resize(size + srtp::tail_max);
  srtp::Work work{0, rtcp, bytes.data(), uint16_t(size), uint16_t(srtp::tail_max)};
  FakeTransformer::protect(key, work);
  bytes.resize(work.size);
  return bytes;
}

/// The caller's side speaks SRTP, the callee's does not.
Relay half_secured() {
  Relay relay = plain_relay();
  relay.keys[0] = {true, callers, to_caller};
  return relay;
}
Relay secured() {
  Relay relay = half_secured();
  relay.keys[1] = {true, callees, to_callee};
  return relay;
}

class SecuredTest : public testing::Test {
 protected:
  SecuredTest() { rig.engine.transform_by(transformer); }
  Sent from_caller(const Bytes& payload) { return rig.push(access, caller, access_port, payload); }
  Sent from_callee(const Bytes& payload) { return rig.push(core, callee, core_port, payload); }
  /// Frames from the caller's realm, in one burst.
  std::vector<SecuredPacket> relay_together(std::vector<Bytes>& buffers) {
    std::vector<wire::Frame> frames;
    std::vector<SecuredPacket> burst;
    frames.reserve(buffers.size());
    for (Bytes& buffer : buffers) {
      PacketBuffer packet{buffer.data() + Rig::headroom,
                          uint32_t(buffer.size() - Rig::headroom - Rig::tailroom), Rig::headroom,
                          Rig::tailroom};
      frames.push_back(*wire::parse_frame({packet.data, packet.size}));
      burst.push_back(
          {.flow = rig.engine.flow_of({access, 0, 20000}), .packet = packet, .frame = &frames.back()});
    }
    rig.engine.relay_secured(burst, rig.now);
    return burst;
  }
  SideStats callers_stats() const { return rig.engine.stats({access, 0, 20000}); }

  FakeTransformer transformer;
  Rig rig;
};

TEST_F(SecuredTest, SrtpLeavesAsRtp) {
  rig.install(half_secured());
  const Sent sent = from_caller(locked(rtp(), callers));
  EXPECT_EQ(sent.reason, Reason::none);
  EXPECT_EQ(sent.packet, packet_of(core_port, callee, rtp(), 46));
  EXPECT_EQ(callers_stats().packets, 1u);
  EXPECT_EQ(callers_stats().bytes, 172u);
  EXPECT_EQ(callers_stats().latched, caller);
}

TEST_F(SecuredTest, RtpLeavesAsSrtp) {
  rig.install(half_secured());
  const Sent sent = from_callee(rtp());
  EXPECT_EQ(sent.reason, Reason::none);
  EXPECT_EQ(sent.packet, packet_of(access_port, caller, locked(rtp(), to_caller), 34));
}

TEST_F(SecuredTest, EachSideHasItsOwnKeys) {
  rig.install(secured());
  EXPECT_EQ(from_caller(locked(rtp(), callers)).packet,
            packet_of(core_port, callee, locked(rtp(), to_callee), 46));
  EXPECT_EQ(from_callee(locked(rtp(), callees)).packet,
            packet_of(access_port, caller, locked(rtp(), to_caller), 34));
}

TEST_F(SecuredTest, WhoHasNotTheKeyLatchesNothing) {
  rig.install(half_secured());
  const Sent sent = from_caller(rtp());
  EXPECT_EQ(sent.reason, Reason::srtp_forged);
  EXPECT_EQ(sent.news, Intrusion::injection);
  EXPECT_EQ(callers_stats().packets, 0u);
  EXPECT_EQ(callers_stats().latched.port, 0);
  EXPECT_EQ(callers_stats().refused, 1u);
}

TEST_F(SecuredTest, WhatFollowsTheFirstPacketIsNotParsedInWhole) {
  rig.install(secured());
  rig.try_steady = true;
  for (uint16_t sequence = 1; sequence <= 10; ++sequence) {
    const Bytes packet = rtp({.sequence = sequence});
    EXPECT_EQ(from_caller(locked(packet, callers)).packet,
              packet_of(core_port, callee, locked(packet, to_callee), 46));
    EXPECT_EQ(from_callee(locked(packet, callees)).packet,
              packet_of(access_port, caller, locked(packet, to_caller), 34));
  }
  EXPECT_EQ(rig.noted, 18u);
  EXPECT_EQ(callers_stats().packets, 10u);
}

/// It would leave with another checksum, and damage is no attack.
TEST_F(SecuredTest, DamageOnTheWayIsFoundOnTheShortWayToo) {
  rig.install(half_secured());
  rig.try_steady = true;
  from_callee(rtp());
  from_caller(locked(rtp(), callers));
  Bytes damaged = Rig::frame_of(callee, core_port, rtp({.sequence = 2}), {});
  damaged[damaged.size() - Rig::tailroom - 1] ^= 1;
  EXPECT_EQ(rig.push_buffer(core, damaged).reason, Reason::udp_checksum_bad);
  damaged = Rig::frame_of(caller, access_port, locked(rtp({.sequence = 2}), callers), {});
  damaged[damaged.size() - Rig::tailroom - 1] ^= 1;
  EXPECT_EQ(rig.push_buffer(access, damaged).reason, Reason::udp_checksum_bad);
  EXPECT_EQ(rig.noted, 0u);
}

TEST_F(SecuredTest, OverIpv6TheShortWayIsTheSame) {
  Relay relay = half_secured();
  relay.sides[0].local.address = 1;
  relay.sides[0].remote = endpoint("[2001:db8:a::77]:4000");
  rig.install(relay);
  rig.try_steady = true;
  const Endpoint port = endpoint("[2001:db8:a::1]:20000");
  for (uint16_t sequence = 1; sequence <= 3; ++sequence) {
    const Bytes packet = rtp({.sequence = sequence});
    EXPECT_EQ(rig.push(access, relay.sides[0].remote, port, locked(packet, callers)).packet,
              packet_of(core_port, callee, packet, 46));
    EXPECT_EQ(from_callee(packet).packet,
              packet_of(port, relay.sides[0].remote, locked(packet, to_caller), 34));
  }
  EXPECT_EQ(rig.noted, 4u);
}

/// Sources, payload types and headers that are not the usual ones are judged as ever.
TEST_F(SecuredTest, WhatIsNotInItsUsualFormIsParsedInWhole) {
  rig.install(half_secured());
  rig.try_steady = true;
  from_callee(rtp());
  EXPECT_EQ(rig.push(core, endpoint("10.0.0.66:6000"), core_port, rtp({.sequence = 2})).reason,
            Reason::media_source);
  EXPECT_EQ(from_callee(rtp({.payload_type = 9, .sequence = 2})).reason, Reason::media_payload_type);
  Bytes extended = rtp({.sequence = 2});
  extended[0] |= 0x20;
  extended.back() = 4;
  EXPECT_EQ(from_callee(extended).reason, Reason::none);
  EXPECT_EQ(rig.noted, 0u);
}

TEST_F(SecuredTest, AStrangersPacketIsNotDecrypted) {
  rig.install(half_secured());
  EXPECT_EQ(rig.push(access, endpoint("203.0.113.66:4000"), access_port, locked(rtp(), callers)).reason,
            Reason::media_source);
  EXPECT_TRUE(transformer.bursts.empty());
}

TEST_F(SecuredTest, WhatIsInsideIsJudged) {
  rig.install(half_secured());
  EXPECT_EQ(from_caller(locked(rtp({.payload_type = 8}), callers)).reason, Reason::media_payload_type);
  EXPECT_EQ(callers_stats().packets, 0u);
}

TEST_F(SecuredTest, NothingPassesBeforeTheKeyIsAgreedOn) {
  Relay relay = half_secured();
  relay.keys[0].receive = relay.keys[0].send = {};
  rig.install(relay);
  EXPECT_EQ(from_caller(rtp()).reason, Reason::srtp_no_key);
  EXPECT_EQ(from_callee(rtp()).reason, Reason::srtp_no_key);
}

TEST_F(SecuredTest, ForgedPacketsAreNotDecryptedBeyondManyTimesTheRate) {
  rig.install(half_secured());
  for (int i = 0; i < 4000; ++i) from_caller(rtp());
  EXPECT_EQ(from_caller(rtp()).reason, Reason::media_rate);
  EXPECT_LE(transformer.bursts.size(), 1'910u) << "half a second's worth, in whole ticks";
}

TEST_F(SecuredTest, WhoForgesPacketsSilencesNobody) {
  rig.install(half_secured());
  for (int i = 0; i < 500; ++i) EXPECT_EQ(from_caller(rtp()).reason, Reason::srtp_forged);
  EXPECT_EQ(from_caller(locked(rtp(), callers)).reason, Reason::none);
}

TEST_F(SecuredTest, MoreThanTheCodecNeedsIsTooMuchFromThePeerAsWell) {
  rig.install(half_secured());
  Reason last = Reason::none;
  for (uint16_t i = 0; i < 200; ++i) last = from_caller(locked(rtp({.sequence = i}), callers)).reason;
  EXPECT_EQ(last, Reason::media_rate);
}

TEST_F(SecuredTest, RtcpIsRewrittenBetweenTheKeys) {
  const Bytes goodbye{0x81, 203, 0, 1, 0, 0, 0, 1};
  const Bytes report{0x80, 201, 0, 1, 0, 0, 0, 1};
  Bytes with_words = report;
  const Bytes goodbye_with_words{0x81, 203, 0, 2, 0, 0, 0, 1, 3, 'b', 'y', 'e'};
  with_words.insert(with_words.end(), goodbye_with_words.begin(), goodbye_with_words.end());
  Bytes without = report;
  without.insert(without.end(), goodbye.begin(), goodbye.end());
  rig.install(control_of(secured()));
  const Endpoint from = endpoint("198.51.100.7:4001"), to = endpoint("192.0.2.1:20001");
  const Sent sent = rig.push(access, from, to, locked(with_words, callers, true));
  EXPECT_EQ(sent.reason, Reason::none);
  EXPECT_EQ(sent.packet, packet_of(endpoint("10.0.0.1:20003"), endpoint("10.0.0.9:6001"),
                                   locked(without, to_callee, true), 46));
}

TEST_F(SecuredTest, ABurstPassesEachTransformOnceAndInOrder) {
  rig.install(secured());
  std::vector<Bytes> buffers;
  for (uint16_t sequence = 1; sequence <= 3; ++sequence)
    buffers.push_back(Rig::frame_of(caller, access_port, locked(rtp({.sequence = sequence}), callers), {}));
  buffers.push_back(Rig::frame_of(caller, access_port, rtp(), {}));
  const std::vector<SecuredPacket> burst = relay_together(buffers);
  EXPECT_EQ(transformer.bursts, (std::vector<size_t>{4, 3}));
  EXPECT_EQ(burst[3].verdict.reason, Reason::srtp_forged);
  for (uint16_t i = 0; i < 3; ++i) {
    EXPECT_EQ(burst[i].verdict.reason, Reason::none);
    EXPECT_EQ(Bytes(burst[i].packet.data, burst[i].packet.data + burst[i].packet.size),
              packet_of(core_port, callee, locked(rtp({.sequence = uint16_t(i + 1)}), to_callee), 46));
  }
}

// All sources of a burst are judged before the first of it has proven whose it is.
TEST_F(SecuredTest, WhatIsBehindInABurstTakesNoLatchBackFromWhoHasABetterClaim) {
  Relay relay = half_secured();
  rig.install(relay);
  from_caller(locked(rtp(), callers));
  const Endpoint renamed = relay.sides[0].remote = endpoint("198.51.100.7:5000");
  rig.install(relay);
  from_caller(locked(rtp({.sequence = 2}), callers));
  rig.now = rig.now + std::chrono::milliseconds(400);
  from_caller(locked(rtp({.sequence = 3}), callers));
  EXPECT_EQ(callers_stats().latched, caller);
  std::vector<Bytes> buffers{Rig::frame_of(renamed, access_port, locked(rtp({.sequence = 4}), callers), {}),
                             Rig::frame_of(caller, access_port, locked(rtp({.sequence = 5}), callers), {})};
  relay_together(buffers);
  EXPECT_EQ(callers_stats().latched, renamed);
}

TEST_F(SecuredTest, AKeyThatStaysKeepsItsContext) {
  rig.install(secured());
  ASSERT_EQ(transformer.open_count(), 4u);
  Relay relay = secured();
  relay.sides[0].remote = endpoint("198.51.100.7:4444");
  relay.keys[0].receive = key_of(0x55);
  rig.install(relay);
  EXPECT_EQ(transformer.contexts.size(), 4u) << "another key changes it";
  EXPECT_TRUE(transformer.contexts[0].key == key_of(0x55));
}

TEST_F(SecuredTest, WhatIsSentCountsOnUnderAnotherKeyToTheSameAddressAlone) {
  Relay relay = half_secured();
  rig.install(relay);
  ASSERT_EQ(transformer.contexts.size(), 2u);
  relay.keys[0].send = key_of(0x66);
  rig.install(relay);
  EXPECT_EQ(transformer.contexts.size(), 2u);
  EXPECT_EQ(from_callee(rtp()).packet, packet_of(access_port, caller, locked(rtp(), key_of(0x66)), 34));
  relay.keys[0].send = key_of(0x77);
  relay.sides[0].remote = endpoint("198.51.100.8:4444");
  rig.install(relay);
  EXPECT_EQ(transformer.contexts.size(), 3u) << "who is there has not heard what came before";
  EXPECT_EQ(transformer.open_count(), 2u);
}

TEST_F(SecuredTest, AKeyThatGoesTakesItsContext) {
  Relay relay = half_secured();
  rig.install(relay);
  relay.keys[0].send = relay.keys[0].receive = {};
  rig.install(relay);
  EXPECT_EQ(transformer.open_count(), 0u);
}

TEST_F(SecuredTest, ContextsGoWithTheirFlows) {
  const Relay relay = secured();
  rig.install(relay);
  rig.engine.remove(Kind::rtp, {relay.sides[0].local, relay.sides[1].local});
  EXPECT_EQ(transformer.open_count(), 0u);
}

TEST_F(SecuredTest, ASideThatStopsSpeakingSrtpGivesItsContextsUp) {
  rig.install(half_secured());
  rig.install(plain_relay());
  EXPECT_EQ(transformer.open_count(), 0u);
  EXPECT_EQ(from_caller(rtp()).packet, packet_of(core_port, callee, rtp(), 46));
}

TEST_F(SecuredTest, WithoutAContextNothingPasses) {
  FakeTransformer none(0);
  rig.engine.transform_by(none);
  rig.install(half_secured());
  EXPECT_EQ(from_caller(locked(rtp(), callers)).reason, Reason::srtp_no_key);
}

Relay secured_digits() {
  Relay relay = digit_relay();
  relay.keys = secured().keys;
  return relay;
}

TEST_F(SecuredTest, ADigitTakesItsPlaceBetweenTheKeys) {
  rig.install(secured_digits());
  ASSERT_TRUE(rig.engine.send_digit(callees_port, {5, 40}, rig.now));
  const Piece first{}, last{.sequence = 2, .duration = 320, .end = true};
  EXPECT_EQ(from_caller(locked(rtp(), callers)).packet,
            packet_of(core_port, callee, locked(bytes_of(first), to_callee), 46));
  EXPECT_EQ(from_caller(locked(rtp({.sequence = 2}), callers)).packet,
            packet_of(core_port, callee, locked(bytes_of(last), to_callee), 46));
}

TEST_F(SecuredTest, ADigitIsToldOnlyOfWhoHasTheKey) {
  rig.install(secured_digits());
  const Bytes event = bytes_of({.end = true});
  EXPECT_FALSE(from_callee(event).digit);
  const Sent sent = from_callee(locked(event, callees));
  EXPECT_EQ(sent.reason, Reason::media_digit);
  EXPECT_EQ(sent.digit, (Digit{5, 20}));
  EXPECT_EQ(sent.token, 7u);
  EXPECT_FALSE(from_callee(locked(event, callees)).digit);
  EXPECT_EQ(rig.engine.stats(callees_port).packets, 2u);
}

TEST_F(SecuredTest, WhatCannotLeaveTellsItsDigitAllTheSame) {
  Relay relay = secured_digits();
  relay.keys[0].send = {};
  rig.install(relay);
  from_callee(locked(bytes_of({.sequence = 1}), callees));
  const Sent sent = from_callee(locked(rtp({.sequence = 30}), callees));
  EXPECT_EQ(sent.reason, Reason::srtp_no_key);
  EXPECT_EQ(sent.digit, (Digit{5, 20}));
}

TEST_F(SecuredTest, ALateDigitIsTold) {
  rig.install(secured_digits());
  rig.engine.send_digit(callees_port, {5, 40}, rig.now);
  rig.now = rig.now + 6s;
  const Sent sent = from_caller(locked(rtp(), callers));
  EXPECT_EQ(sent.late_digits, 1);
  EXPECT_EQ(sent.packet, packet_of(core_port, callee, locked(rtp(), to_callee), 46));
}

TEST_F(SecuredTest, NeitherTakesTheShortWay) {
  rig.install(half_secured());
  rig.try_steady = true;
  for (uint16_t sequence = 1; sequence < 4; ++sequence) {
    from_caller(locked(rtp({.sequence = sequence}), callers));
    from_callee(rtp({.sequence = sequence}));
  }
  EXPECT_EQ(rig.steady, 0u);
}

}  // namespace
}  // namespace sbc::media
