// How often sequence numbers have wrapped (RFC 3711 3.3.1), beyond a key and from before we were there.
#include <gtest/gtest.h>

#include "tests/dataplane/cipher/transformer_fixture.h"

namespace sbc::cipher {
namespace {

constexpr uint64_t at(uint64_t wraps, uint16_t sequence) { return wraps << 16 | sequence; }

class RekeyTest : public TransformerTest {
 protected:
  /// What becomes of a packet of the source 7, as its peer sends it.
  Reason heard(ContextId in, const MasterKey& key, uint64_t index) {
    const Bytes packet = rtp_packet(7, uint16_t(index), 160, unsigned(index % 3));
    const Outcome outcome = run(in, protected_rtp(key, packet, index));
    if (outcome.first == Reason::none) {
      EXPECT_EQ(outcome.second, packet);
    }
    return outcome.first;
  }
  /// With a stream that has wrapped once.
  ContextId open_wrapped(const MasterKey& key) {
    const ContextId in = open(Way::unprotect, key, Part::rtp);
    EXPECT_EQ(heard(in, key, at(0, 65000)), Reason::none);
    EXPECT_EQ(heard(in, key, at(1, 500)), Reason::none);
    return in;
  }
};

TEST_P(RekeyTest, WhatIsSentCountsOn) {
  for (SrtpSuite suite : suites) {
    for (SrtpSuite next : {suite, SrtpSuite::aes_256_cm_hmac_sha1_32, SrtpSuite::aead_aes_128_gcm}) {
      const MasterKey first = key_of(suite, 1), second = key_of(next, 2);
      const ContextId out = open(Way::protect, first);
      for (uint16_t sequence : std::initializer_list<uint16_t>{65000, 500})
        EXPECT_EQ(run(out, rtp_packet(7, sequence, 160, 2)).first, Reason::none);
      EXPECT_EQ(run(out, rtcp_packet(7, 40), true).first, Reason::none);
      transformer->rekey(out, second);
      EXPECT_TRUE(transformer->is_of(out, second));
      const Bytes rtp = rtp_packet(7, 501, 160, 2), rtcp = rtcp_packet(7, 40);
      EXPECT_EQ(run(out, rtp), Outcome(Reason::none, protected_rtp(second, rtp, at(1, 501))));
      EXPECT_EQ(run(out, rtp).first, Reason::srtp_replayed);
      EXPECT_EQ(run(out, rtcp, true), Outcome(Reason::none, protected_rtcp(second, rtcp, 1)));
      transformer->close(out);
    }
  }
}

TEST_P(RekeyTest, APeerThatCountsOnIsHeard) {
  for (SrtpSuite suite : suites) {
    const MasterKey first = key_of(suite, 3), second = key_of(suites[size_t(suite) % 6], 4);
    const ContextId in = open_wrapped(first);
    transformer->rekey(in, second);
    EXPECT_EQ(heard(in, second, at(1, 501)), Reason::none);
    EXPECT_EQ(heard(in, second, at(1, 501)), Reason::srtp_replayed);
    EXPECT_EQ(heard(in, second, at(1, 500)), Reason::none) << "which came under the other key";
    EXPECT_EQ(heard(in, first, at(1, 502)), Reason::srtp_forged);
    transformer->close(in);
  }
}

TEST_P(RekeyTest, APeerThatCountsAnewIsHeard) {
  for (SrtpSuite suite : suites) {
    const MasterKey first = key_of(suite, 5), second = key_of(suite, 6);
    const ContextId in = open_wrapped(first);
    transformer->rekey(in, second);
    EXPECT_EQ(heard(in, second, at(0, 501)), Reason::none);
    EXPECT_EQ(heard(in, second, at(0, 502)), Reason::none);
    EXPECT_EQ(heard(in, second, at(0, 501)), Reason::srtp_replayed);
    EXPECT_EQ(heard(in, second, at(1, 503)), Reason::srtp_forged) << "it is one or the other";
    transformer->close(in);
  }
}

TEST_P(RekeyTest, APeerThatBeginsSomewhereElseIsHeard) {
  const MasterKey first = key_of(SrtpSuite::aead_aes_128_gcm, 7), second = key_of(first.suite, 8);
  const ContextId in = open(Way::unprotect, first), out = open(Way::protect, first);
  EXPECT_EQ(heard(in, first, at(0, 100)), Reason::none);
  EXPECT_EQ(run(out, rtp_packet(7, 100, 160)).first, Reason::none);
  transformer->rekey(in, second);
  transformer->rekey(out, second);
  EXPECT_EQ(heard(in, second, at(0, 60000)), Reason::none) << "before the first under the other key";
  const Bytes packet = rtp_packet(7, 60000, 160);
  EXPECT_EQ(run(out, packet), Outcome(Reason::none, protected_rtp(second, packet, at(0, 60000))));
}

TEST_P(RekeyTest, RtcpOfAPeerThatCountsAnewIsHeard) {
  const MasterKey first = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 9), second = key_of(first.suite, 10);
  const ContextId in = open(Way::unprotect, first, Part::rtcp);
  EXPECT_EQ(run(in, protected_rtcp(first, rtcp_packet(7, 40), 900), true).first, Reason::none);
  transformer->rekey(in, second);
  EXPECT_EQ(run(in, protected_rtcp(second, rtcp_packet(7, 40), 0), true).first, Reason::none);
}

TEST_P(RekeyTest, WhoForgesTheFirstPacketsChangesNothing) {
  for (SrtpSuite suite : suites) {
    const MasterKey first = key_of(suite, 11), second = key_of(suite, 12), nobodys = key_of(suite, 13);
    for (uint64_t wraps : {0u, 1u}) {
      const ContextId in = open_wrapped(first);
      transformer->rekey(in, second);
      Burst burst;
      for (uint16_t sequence : std::initializer_list<uint16_t>{501, 40000, 0})
        burst.add(in, protected_rtp(nobodys, rtp_packet(7, sequence, 160), at(9, sequence)));
      burst.add(in, protected_rtp(second, rtp_packet(7, 502, 160), at(wraps, 502)));
      burst.run(*transformer);
      for (size_t i = 0; i < 3; ++i) EXPECT_EQ(burst.reason(i), Reason::srtp_forged);
      EXPECT_EQ(burst.reason(3), Reason::none) << wraps;
      EXPECT_EQ(burst.packet(3), rtp_packet(7, 502, 160));
      transformer->close(in);
    }
  }
}

TEST_P(RekeyTest, ManyStreamsBeginInOneBurst) {
  std::vector<MasterKey> keys;
  Burst burst;
  for (unsigned i = 0; i < 20; ++i) {
    const MasterKey first = key_of(suites[i % 6], 20 + i);
    keys.push_back(key_of(suites[i % 6], 50 + i));
    const ContextId in = open_wrapped(first);
    transformer->rekey(in, keys[i]);
    for (uint16_t sequence : std::initializer_list<uint16_t>{600, 601})
      burst.add(in, protected_rtp(keys[i], rtp_packet(7, sequence, 160), at(i % 2, sequence)));
  }
  burst.run(*transformer);
  for (size_t i = 0; i < burst.size(); ++i) {
    EXPECT_EQ(burst.reason(i), Reason::none) << i;
    EXPECT_EQ(burst.packet(i), rtp_packet(7, uint16_t(600 + i % 2), 160));
  }
}

/// As of who has been transferred, and keeps its key.
TEST_P(RekeyTest, AStreamThatHasWrappedBeforeWeAreThereIsHeardSoon) {
  for (SrtpSuite suite : suites) {
    for (uint64_t wraps : {1u, 7u, 15u}) {
      const MasterKey key = key_of(suite, 14);
      const ContextId in = open(Way::unprotect, key, Part::rtp);
      unsigned missed = 0;
      while (missed < 16 && heard(in, key, at(wraps, uint16_t(1000 + missed))) != Reason::none) ++missed;
      EXPECT_LT(missed, 16u) << wraps;
      EXPECT_EQ(heard(in, key, at(wraps, 1020)), Reason::none);
      transformer->close(in);
    }
  }
}

TEST_P(RekeyTest, WhatIsTooLongToBeKeptIsTriedOnce) {
  const MasterKey first = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 15), second = key_of(first.suite, 16);
  const ContextId in = open_wrapped(first);
  transformer->rekey(in, second);
  EXPECT_EQ(run(in, protected_rtp(second, rtp_packet(7, 501, 2039), at(0, 501))).first, Reason::srtp_forged);
  EXPECT_EQ(run(in, protected_rtp(second, rtp_packet(7, 502, 2026), at(0, 502))).first, Reason::none);
}

INSTANTIATE_TEST_SUITE_P(, RekeyTest, testing::Values("MultiBuffer", "OpenSsl"),
                         [](const auto& drivers) { return std::string(drivers.param); });

}  // namespace
}  // namespace sbc::cipher
