// The transformer packet by packet: every suite against the reference, indices, replays, what is refused.
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "dataplane/bytes/big_endian.h"
#include "tests/dataplane/cipher/transformer_fixture.h"

namespace sbc::cipher {
namespace {

std::vector<Bytes> rtp_of_every_shape(uint16_t first) {
  std::vector<Bytes> packets;
  for (size_t payload : {160u, 0u, 1u, 15u, 16u, 17u, 33u, 1200u})
    for (unsigned sources : {0u, 1u, 15u})
      for (int extension : {-1, 0, 1, 20})
        packets.push_back(rtp_packet(7, first++, payload, sources, extension));
  return packets;
}

TEST_P(TransformerTest, ProtectsRtpAsTheReferenceDoes) {
  for (SrtpSuite suite : suites) {
    const MasterKey key = key_of(suite, 1);
    const ContextId context = open(Way::protect, key);
    uint16_t index = 100;
    for (const Bytes& packet : rtp_of_every_shape(100))
      ASSERT_EQ(run(context, packet), Outcome(Reason::none, protected_rtp(key, packet, index++)))
          << size_t(suite);
  }
}

TEST_P(TransformerTest, UnprotectsRtpAsTheReferenceProtectsIt) {
  for (SrtpSuite suite : suites) {
    for (uint8_t mki : std::initializer_list<uint8_t>{0, 1, 4, 128}) {
      const MasterKey key = key_of(suite, 2, mki);
      const ContextId context = open(Way::unprotect, key);
      uint16_t index = 100;
      for (const Bytes& packet : rtp_of_every_shape(100))
        ASSERT_EQ(run(context, protected_rtp(key, packet, index++, Bytes(mki, 0xaa))),
                  Outcome(Reason::none, packet))
            << size_t(suite) << ' ' << size_t(mki);
      transformer->close(context);
    }
  }
}

TEST_P(TransformerTest, CarriesRtcpBothWays) {
  for (SrtpSuite suite : suites) {
    const MasterKey key = key_of(suite, 3, 2);
    const ContextId out = open(Way::protect, key), in = open(Way::unprotect, key);
    uint32_t index = 0;
    for (size_t size : {8u, 12u, 28u, 100u, 1400u}) {
      const Bytes packet = rtcp_packet(7, size);
      ASSERT_EQ(run(out, packet, true), Outcome(Reason::none, protected_rtcp(key, packet, index)))
          << size_t(suite);
      ASSERT_EQ(run(in, protected_rtcp(key, packet, index++, Bytes(2, 1)), true),
                Outcome(Reason::none, packet));
    }
    transformer->close(out);
    transformer->close(in);
  }
}

TEST_P(TransformerTest, RefusesEveryTamperedByte) {
  for (SrtpSuite suite : suites) {
    const MasterKey key = key_of(suite, 4);
    const ContextId context = open(Way::unprotect, key);
    for (bool rtcp : {false, true}) {
      const Bytes plain = rtcp ? rtcp_packet(7, 40) : rtp_packet(7, 1000, 33, 2, 1);
      const Bytes good = rtcp ? protected_rtcp(key, plain, 5) : protected_rtp(key, plain, 1000);
      for (size_t i = 0; i < good.size(); ++i) {
        Bytes bad = good;
        bad[i] ^= uint8_t(1u << i % 8);
        ASSERT_NE(run(context, bad, rtcp).first, Reason::none) << size_t(suite) << ' ' << i;
      }
      for (size_t size = 0; size < good.size(); ++size)
        ASSERT_NE(run(context, Bytes(good.begin(), good.begin() + long(size)), rtcp).first, Reason::none);
      EXPECT_EQ(run(context, good, rtcp), Outcome(Reason::none, plain));  // they have left no trace
    }
  }
}

TEST_P(TransformerTest, RefusesWhatIsNeitherRtpNorRtcp) {
  for (SrtpSuite suite : suites) {
    for (Way way : {Way::protect, Way::unprotect}) {
      const ContextId context = open(way, key_of(suite, 5));
      for (size_t size = 0; size < 12; ++size)
        EXPECT_EQ(run(context, Bytes(size, 0x80)).first, Reason::srtp_malformed);
      for (size_t size = 0; size < 8; ++size)
        EXPECT_EQ(run(context, Bytes(size, 0x80), true).first, Reason::srtp_malformed);
      EXPECT_EQ(run(context, Bytes(100, 0x40)).first, Reason::srtp_malformed);
      EXPECT_EQ(run(context, Bytes(100, 0x40), true).first, Reason::srtp_malformed);
      transformer->close(context);
    }
  }
}

TEST_P(TransformerTest, RefusesSrtcpThatIsNotEncrypted) {
  const MasterKey key = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 6);
  const ContextId context = open(Way::unprotect, key);
  Bytes packet = protected_rtcp(key, rtcp_packet(7, 40), 5);
  packet[40] &= 0x7f;
  EXPECT_EQ(run(context, packet, true).first, Reason::srtp_malformed);
}

TEST_P(TransformerTest, NeedsRoomToProtect) {
  for (SrtpSuite suite : suites) {
    const ContextId context = open(Way::protect, key_of(suite, 7));
    Bytes packet = rtp_packet(7, 1, 160);
    packet.resize(packet.size() + srtp::tail_max);
    Work work{
        .context = context, .rtcp = false, .data = packet.data(), .size = 172, .room = srtp::tail_max - 1};
    transformer->run({&work, 1});
    EXPECT_EQ(work.reason, Reason::srtp_malformed);
    work.room = srtp::tail_max;
    transformer->run({&work, 1});
    EXPECT_EQ(work.reason, Reason::none);
    EXPECT_EQ(work.size, 172 + facts_of(suite).tag);
  }
}

TEST_P(TransformerTest, GoesOnWhereSequenceNumbersWrap) {
  for (SrtpSuite suite : suites) {
    const MasterKey key = key_of(suite, 8);
    const ContextId out = open(Way::protect, key), in = open(Way::unprotect, key);
    Burst first, second;
    for (uint64_t index = 65500; index < 65600; ++index) first.add(out, rtp_packet(7, uint16_t(index), 160));
    first.run(*transformer);
    for (uint64_t i = 0; i < first.size(); ++i) {
      ASSERT_EQ(first.packet(i), protected_rtp(key, rtp_packet(7, uint16_t(65500 + i), 160), 65500 + i));
      second.add(in, first.packet(i));
    }
    second.run(*transformer);
    for (uint64_t i = 0; i < first.size(); ++i) {
      ASSERT_EQ(second.reason(i), Reason::none);
      ASSERT_EQ(second.packet(i), rtp_packet(7, uint16_t(65500 + i), 160));
    }
  }
}

TEST_P(TransformerTest, AStreamThatBeginsAtTheWrapIsUnderstoodInOneBurst) {
  const MasterKey key = key_of(SrtpSuite::aead_aes_128_gcm, 9);
  const ContextId in = open(Way::unprotect, key);
  Burst burst;
  for (uint64_t index : {65535, 65536, 65537, 65534})
    burst.add(in, protected_rtp(key, rtp_packet(7, uint16_t(index), 160), index));
  burst.run(*transformer);
  for (size_t i = 0; i < burst.size(); ++i) EXPECT_EQ(burst.reason(i), Reason::none) << i;
}

TEST_P(TransformerTest, LeapsInOneBurstAreEstimatedOneAfterTheOther) {
  const MasterKey key = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 10);
  const ContextId in = open(Way::unprotect, key);
  Burst burst;
  for (uint64_t index : {100, 30100, 60100, 90100, 90101, 120000})
    burst.add(in, protected_rtp(key, rtp_packet(7, uint16_t(index), 160), index));
  burst.run(*transformer);
  for (size_t i = 0; i < burst.size(); ++i) EXPECT_EQ(burst.reason(i), Reason::none) << i;
}

TEST_P(TransformerTest, RefusesWhatCameBefore) {
  for (SrtpSuite suite : suites) {
    const MasterKey key = key_of(suite, 11);
    const ContextId in = open(Way::unprotect, key);
    const Bytes rtp = protected_rtp(key, rtp_packet(7, 500, 160), 500),
                rtcp = protected_rtcp(key, rtcp_packet(7, 40), 9);
    Burst burst;
    burst.add(in, protected_rtp(key, rtp_packet(7, 499, 160), 499));
    for (int i = 0; i < 2; ++i) burst.add(in, rtp), burst.add(in, rtcp, true);
    burst.run(*transformer);
    EXPECT_EQ(burst.reason(1), Reason::none);
    EXPECT_EQ(burst.reason(2), Reason::none);
    EXPECT_EQ(burst.reason(3), Reason::srtp_replayed);
    EXPECT_EQ(burst.reason(4), Reason::srtp_replayed);
    EXPECT_EQ(run(in, rtp).first, Reason::srtp_replayed);
    EXPECT_EQ(run(in, rtcp, true).first, Reason::srtp_replayed);
    EXPECT_EQ(run(in, protected_rtp(key, rtp_packet(7, 372, 160), 372)).first, Reason::srtp_replayed);
    EXPECT_EQ(run(in, protected_rtp(key, rtp_packet(7, 373, 160), 373)).first, Reason::none);
  }
}

TEST_P(TransformerTest, AForgedPacketDoesNotShutOutTheOneItImitates) {
  for (SrtpSuite suite : suites) {
    const MasterKey key = key_of(suite, 12);
    const ContextId in = open(Way::unprotect, key);
    ASSERT_EQ(run(in, protected_rtp(key, rtp_packet(7, 1, 160), 1)).first, Reason::none);
    const Bytes good = protected_rtp(key, rtp_packet(7, 2, 160), 2);
    Bytes forged = good, leap = protected_rtp(key, rtp_packet(7, 30000, 160), 30000);
    forged.back() ^= 1;
    leap.back() ^= 1;
    Burst burst;
    burst.add(in, forged);
    burst.add(in, leap);
    burst.add(in, good);
    burst.run(*transformer);
    EXPECT_EQ(burst.reason(0), Reason::srtp_forged);
    EXPECT_EQ(burst.reason(1), Reason::srtp_forged);
    EXPECT_EQ(burst.reason(2), Reason::none);
  }
}

TEST_P(TransformerTest, ForgedSourcesPushNobodyOut) {
  const MasterKey key = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 13);
  const ContextId in = open(Way::unprotect, key);
  const Bytes good = protected_rtp(key, rtp_packet(7, 1, 160), 1);
  ASSERT_EQ(run(in, good).first, Reason::none);
  for (uint32_t ssrc = 100; ssrc < 200; ++ssrc)
    EXPECT_EQ(run(in, rtp_packet(ssrc, 1, 200)).first, Reason::srtp_forged);
  EXPECT_EQ(run(in, good).first, Reason::srtp_replayed);
}

TEST_P(TransformerTest, SendsNoIndexTwice) {
  for (SrtpSuite suite : suites) {
    const ContextId out = open(Way::protect, key_of(suite, 14));
    Burst burst;
    for (uint16_t sequence : std::initializer_list<uint16_t>{10, 10, 11, 10})
      burst.add(out, rtp_packet(7, sequence, 160));
    burst.add(out, rtp_packet(8, 10, 160));
    burst.run(*transformer);
    EXPECT_EQ(burst.reason(0), Reason::none);
    EXPECT_EQ(burst.reason(1), Reason::srtp_replayed);
    EXPECT_EQ(burst.reason(2), Reason::none);
    EXPECT_EQ(burst.reason(3), Reason::srtp_replayed);
    EXPECT_EQ(burst.reason(4), Reason::none);
    EXPECT_EQ(burst.packet(1), rtp_packet(7, 10, 160));  // as it was
  }
}

TEST_P(TransformerTest, ContextsHaveTheirOwnKeysAndIndices) {
  const MasterKey a = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 15),
                  b = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 16);
  const ContextId in_a = open(Way::unprotect, a), in_b = open(Way::unprotect, b);
  const Bytes packet = protected_rtp(a, rtp_packet(7, 1, 160), 1);
  EXPECT_EQ(run(in_b, packet).first, Reason::srtp_forged);
  EXPECT_EQ(run(in_a, packet).first, Reason::none);
  EXPECT_TRUE(transformer->is_of(in_a, a));
  EXPECT_FALSE(transformer->is_of(in_a, b));
  transformer->close(in_a);
  EXPECT_FALSE(transformer->is_of(in_a, a));
}

TEST_P(TransformerTest, HandsOutAsManyContextsAsThereAre) {
  for (SrtpSuite suite : suites) {
    std::vector<ContextId> opened;
    for (uint32_t i = 0; i < contexts_max; ++i) {
      opened.push_back(open(i % 2 == 0 ? Way::protect : Way::unprotect, key_of(suite, i)));
      run(opened.back(), rtp_packet(7, 1, 160, 1));  // with a session of its own for a longer header
    }
    EXPECT_EQ(transformer->open(Way::protect, Part::both, key_of(suite, 99)), srtp::no_context);
    for (ContextId context : opened) transformer->close(context);
  }
}

/// In places no larger than they are: the sanitizer sees who looks past them.
TEST_P(TransformerTest, RefusesGarbage) {
  std::mt19937 random(7714);
  for (unsigned i = 0; i < 20000; ++i) {
    const MasterKey key = key_of(suites[random() % 6], i, uint8_t(random() % 4));
    const ContextId context = open(Way::unprotect, key);
    const auto size = uint16_t(random() % 100);
    const auto bytes = std::make_unique<uint8_t[]>(size);
    for (size_t at = 0; at < size; ++at) bytes[at] = uint8_t(random());
    if (size > 0) bytes[0] = uint8_t((bytes[0] & 0x3f) | 0x80);
    Work work{.context = context, .rtcp = random() % 2 == 0, .data = bytes.get(), .size = size, .room = 0};
    transformer->run({&work, 1});
    ASSERT_TRUE(work.reason == Reason::srtp_malformed || work.reason == Reason::srtp_forged);
    transformer->close(context);
  }
}

TEST_P(TransformerTest, AnEmptyBurstIsOne) { transformer->run({}); }

INSTANTIATE_TEST_SUITE_P(, TransformerTest, testing::Values("MultiBuffer", "OpenSsl"),
                         [](const auto& drivers) { return std::string(drivers.param); });

}  // namespace
}  // namespace sbc::cipher
