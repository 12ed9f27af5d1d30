// Plain sources that begin anew at sequence numbers that they have sent: heard, and no index is used twice.
#include <optional>

#include <gtest/gtest.h>

#include "dataplane/bytes/big_endian.h"
#include "tests/dataplane/cipher/transformer_fixture.h"

namespace sbc::cipher {
namespace {

class RenumberTest : public TransformerTest {
 protected:
  /// Of a packet of the source 7: at which index it leaves; none where it does not.
  std::optional<uint64_t> sent(ContextId out, const MasterKey& key, uint16_t sequence, uint64_t index) {
    Bytes packet = rtp_packet(7, sequence, 160);
    const Outcome outcome = run(out, packet);
    if (outcome.first != Reason::none) {
      EXPECT_EQ(outcome, Outcome(Reason::srtp_replayed, packet));
      return std::nullopt;
    }
    store_be16(&packet[2], uint16_t(index));
    EXPECT_EQ(outcome.second, protected_rtp(key, packet, index)) << sequence;
    return index;
  }
  /// Each leaves at the index beside it; 0: it does not.
  void expect_sent(ContextId out, const MasterKey& key,
                   std::initializer_list<std::pair<uint16_t, uint64_t>> packets) {
    for (auto [sequence, index] : packets)
      EXPECT_EQ(sent(out, key, sequence, index).value_or(0), index) << sequence;
  }
};

TEST_P(RenumberTest, WhoBeginsAnewLowerGoesOnBehindTheHighest) {
  for (SrtpSuite suite : suites) {
    const MasterKey key = key_of(suite, 1);
    const ContextId out = open(Way::protect, key);
    expect_sent(out, key, {{20000, 20000}, {20001, 20001}, {100, 0}, {101, 20002}, {102, 20003}});
    expect_sent(out, key, {{101, 0}, {104, 20005}, {103, 20004}, {103, 0}});
    transformer->close(out);
  }
}

TEST_P(RenumberTest, AndAgain) {
  const MasterKey key = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 2);
  const ContextId out = open(Way::protect, key);
  expect_sent(out, key, {{20000, 20000}, {100, 0}, {101, 20001}, {5, 20002 - 97}});
  expect_sent(out, key, {{60000, 0}, {60001, 20002}, {60002, 20003}, {40000, 0}, {40001, 20004}});
}

TEST_P(RenumberTest, WhoBeginsBeforeTheFirstPacketOfAll) {
  const MasterKey key = key_of(SrtpSuite::aead_aes_128_gcm, 3);
  const ContextId out = open(Way::protect, key);
  expect_sent(out, key, {{100, 100}, {60000, 0}, {60001, 101}, {60002, 102}});
}

TEST_P(RenumberTest, NumbersWrapAsTheyDoElsewhere) {
  const MasterKey key = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 4);
  const ContextId out = open(Way::protect, key);
  expect_sent(out, key, {{65534, 65534}, {40000, 0}, {40001, 65535}, {40002, 65536}, {40003, 65537}});
}

TEST_P(RenumberTest, OneThatWentAstrayChangesNothing) {
  const MasterKey key = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 5);
  const ContextId out = open(Way::protect, key);
  expect_sent(out, key, {{20000, 20000}, {100, 0}, {20001, 20001}, {101, 0}, {20002, 20002}});
  expect_sent(out, key, {{100, 0}, {102, 0}, {20003, 20003}, {0, 0}});
}

TEST_P(RenumberTest, ItStaysUnderAnotherKey) {
  const MasterKey first = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 6), second = key_of(first.suite, 7);
  const ContextId out = open(Way::protect, first);
  expect_sent(out, first, {{20000, 20000}, {100, 0}, {101, 20001}});
  transformer->rekey(out, second);
  expect_sent(out, second, {{102, 20002}, {103, 20003}});
}

INSTANTIATE_TEST_SUITE_P(, RenumberTest, testing::Values("MultiBuffer", "OpenSsl"),
                         [](const auto& drivers) { return std::string(drivers.param); });

}  // namespace
}  // namespace sbc::cipher
