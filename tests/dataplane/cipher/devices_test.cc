// Devices come and go, one beside the other, and say why they do not come.
#include <gtest/gtest.h>

#include "tests/dataplane/cipher/transformer_fixture.h"

namespace sbc::cipher {
namespace {

TEST(CipherDevices, AnUnknownDriverIsNamed) {
  std::string error;
  auto good = CipherDevices::open(2, error);
  ASSERT_TRUE(good) << error;
  EXPECT_FALSE(CipherDevices::open({"crypto_aesni_mb", "crypto_nobody"}, 1, error));
  EXPECT_TRUE(error.starts_with("cannot open the cipher driver crypto_nobody: ")) << error;
  EXPECT_TRUE(good->transformer(0, 4, error)) << error;  // it has done the others no harm
}

TEST(CipherDevices, MoreSessionsThanMemoryHolds) {
  std::string error;
  auto devices = CipherDevices::open(1, error);
  ASSERT_TRUE(devices) << error;
  EXPECT_FALSE(devices->transformer(0, 10'000'000, error));
  EXPECT_TRUE(error.starts_with("cannot make the pool of 30000000 SRTP sessions: ")) << error;
}

TEST(CipherDevices, EachWorkerHasItsOwnTransformer) {
  std::string error;
  auto devices = CipherDevices::open(2, error);
  ASSERT_TRUE(devices) << error;
  auto first = devices->transformer(0, 4, error), second = devices->transformer(1, 4, error);
  ASSERT_TRUE(first && second) << error;
  const MasterKey key = key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 1);
  const ContextId out = first->open(Way::protect, Part::rtp, key),
                  in = second->open(Way::unprotect, Part::rtp, key);
  Burst sent, received;
  sent.add(out, rtp_packet(7, 1, 160));
  sent.run(*first);
  received.add(in, sent.packet(0));
  received.run(*second);
  EXPECT_EQ(received.packet(0), rtp_packet(7, 1, 160));
}

}  // namespace
}  // namespace sbc::cipher
