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

TEST(CipherDevices, WhereTheBestDriversDoNotComeOthersServe) {
  const MasterKey keys[]{key_of(SrtpSuite::aes_cm_128_hmac_sha1_80, 1),
                         key_of(SrtpSuite::aead_aes_128_gcm, 2)};
  const CipherDrivers failing[]{{"crypto_nobody", "crypto_aesni_gcm"}, {"crypto_aesni_mb", "crypto_nobody"}};
  for (const CipherDrivers& best : failing) {
    std::string error;
    auto devices = CipherDevices::open(best, CipherDrivers::openssl(), 1, error);
    ASSERT_TRUE(devices) << error;
    EXPECT_EQ(devices->drivers().counter_mode, "crypto_openssl");
    EXPECT_EQ(devices->drivers().gcm, "crypto_openssl");
    EXPECT_TRUE(devices->why_fallback().starts_with("cannot open the cipher driver crypto_nobody: "))
        << devices->why_fallback();
    auto transformer = devices->transformer(0, 4, error);
    ASSERT_TRUE(transformer) << error;
    for (const MasterKey& key : keys) {
      Burst burst;
      burst.add(transformer->open(Way::protect, Part::rtp, key), rtp_packet(7, 1, 160));
      burst.add(transformer->open(Way::unprotect, Part::rtp, key),
                protected_rtp(key, rtp_packet(7, 1, 160), 1));
      burst.run(*transformer);
      EXPECT_EQ(burst.packet(0), protected_rtp(key, rtp_packet(7, 1, 160), 1));
      EXPECT_EQ(burst.packet(1), rtp_packet(7, 1, 160));
    }
  }
}

TEST(CipherDevices, TheBestAreTakenWhereTheyCome) {
  std::string error;
  auto devices = CipherDevices::open(1, error);
  ASSERT_TRUE(devices) << error;
  EXPECT_EQ(devices->drivers().counter_mode, "crypto_aesni_mb");
  EXPECT_EQ(devices->drivers().gcm, "crypto_aesni_gcm");
  EXPECT_EQ(devices->why_fallback(), "");
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
