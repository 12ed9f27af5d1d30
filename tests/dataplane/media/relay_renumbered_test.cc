// Telephone-events that a side sends by the payload type of its own SDP, where the other side's has another
// one.
#include <gtest/gtest.h>

#include "tests/dataplane/media/fake_transformer.h"
#include "tests/dataplane/media/rig.h"

namespace sbc::media {
namespace {

/// The caller has described telephone-events as 101, the callee as 96.
class RenumberedTest : public testing::Test {
 protected:
  RenumberedTest() {
    rig.try_steady = true;
    relay.sides[0].payload_types = relay.sides[1].payload_types = {1, uint64_t(1) << (101 - 64)};
    relay.sides[0].payload_types[1] = uint64_t(1) << (96 - 64);
    relay.sides[0].renumbered[1] = {101, 96};
    relay.sides[1].renumbered[0] = {96, 101};
    rig.engine.transform_by(transformer);
    rig.install(relay);
  }
  Sent from_caller(const Bytes& payload, const Wire& wire = {}) {
    return rig.push(access, caller, access_port, payload, wire);
  }
  static Bytes event(uint8_t type, bool marked = false) {
    return rtp({.payload_type = uint8_t(type | (marked ? 0x80 : 0)), .sequence = 2}, 4);
  }

  Rig rig;
  FakeTransformer transformer;
  Relay relay = plain_relay();
};

TEST_F(RenumberedTest, LeaveAsTheOtherSideKnowsThem) {
  from_caller(rtp());
  for (bool marked : {true, false}) {
    EXPECT_EQ(from_caller(event(101, marked)).packet, packet_of(core_port, callee, event(96, marked), 46));
    EXPECT_EQ(from_caller(event(96, marked)).packet, packet_of(core_port, callee, event(96, marked), 46));
  }
  EXPECT_EQ(rig.push(core, callee, core_port, event(96)).packet,
            packet_of(access_port, caller, event(101), 34));
  EXPECT_EQ(from_caller(event(97)).reason, Reason::media_payload_type);
}

TEST_F(RenumberedTest, KeepNoChecksumWhereTheyHadNone) {
  from_caller(rtp());
  EXPECT_EQ(from_caller(event(101), {.checksum = false}).packet,
            packet_of(core_port, callee, event(96), 46, false));
}

TEST_F(RenumberedTest, LeaveTheAudioBesideThemOnItsShortWay) {
  from_caller(rtp());
  from_caller(event(101));
  from_caller(rtp({.sequence = 3}));
  EXPECT_EQ(rig.steady, 1u);
}

TEST_F(RenumberedTest, AreEncryptedAsThat) {
  const srtp::MasterKey key = key_of(0x44);
  relay.keys[1] = {true, key_of(0x33), key};
  rig.install(relay);
  from_caller(rtp());
  const Sent sent = from_caller(event(101));
  ASSERT_EQ(sent.reason, Reason::none);
  Bytes due = event(96);
  due.resize(due.size() + srtp::tail_max);
  srtp::Work work{0, false, due.data(), uint16_t(event(96).size()), uint16_t(srtp::tail_max)};
  FakeTransformer::protect(key, work);
  due.resize(work.size);
  EXPECT_EQ(Bytes(sent.packet.begin() + wire::ipv4_size + wire::udp_size, sent.packet.end()), due);
}

}  // namespace
}  // namespace sbc::media
