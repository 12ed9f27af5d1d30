#include "dataplane/sdp/crypto.h"

#include <deque>
#include <string>

#include <gtest/gtest.h>

namespace sbc::sdp {
namespace {

const std::string key40 = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

/// Reads a line that outlives what is read.
std::optional<Crypto> crypto_of(const std::string& value) {
  static std::deque<std::string> values;
  return parse_crypto(values.emplace_back(value));
}
std::optional<Crypto> of_key(const std::string& key) { return crypto_of("1 AES_CM_128_HMAC_SHA1_80 " + key); }
std::optional<Crypto> with(const std::string& parameters) {
  return of_key("inline:" + key40 + " " + parameters);
}

// RFC 4568 9.2 and 6.1
TEST(Crypto, IsTagSuiteKeysAndParameters) {
  auto crypto = crypto_of("4 AES_CM_128_HMAC_SHA1_32 inline:" + key40 +
                          "|2^20|1:4;inline:abcd|123|0001:128 UNENCRYPTED_SRTCP");
  ASSERT_TRUE(crypto);
  EXPECT_EQ(crypto->tag, 4u);
  EXPECT_EQ(crypto->suite, CryptoSuite::aes_cm_128_hmac_sha1_32);
  EXPECT_TRUE(crypto->parameters.unencrypted_srtcp);
  EXPECT_FALSE(crypto->parameters.unencrypted_srtp || crypto->parameters.unknown);
  std::string_view rest = crypto->keys;
  auto first = take_key(rest), second = take_key(rest);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->text, key40);
  EXPECT_EQ(first->lifetime, 1u << 20);
  EXPECT_EQ(first->mki, "1");
  EXPECT_EQ(first->mki_length, 4);
  EXPECT_EQ(second->text, "abcd");
  EXPECT_EQ(second->lifetime, 123u);
  EXPECT_EQ(second->mki, "0001");
  EXPECT_EQ(second->mki_length, 128);
  EXPECT_FALSE(take_key(rest));
}

TEST(Crypto, LifetimeAndMkiAreBothOptional) {
  auto key = [](std::string_view text) { return *take_key(text); };
  EXPECT_EQ(key("inline:abcd").lifetime, 0u);
  EXPECT_EQ(key("inline:abcd|2^48").lifetime, uint64_t(1) << 48);
  EXPECT_EQ(key("inline:abcd|1:4").lifetime, 0u);
  EXPECT_EQ(key("inline:abcd|1:4").mki, "1");
  EXPECT_EQ(key("inline:abcd|2^31").mki_length, 0);
}

TEST(Crypto, KeysAreWellFormed) {
  for (const char* bad : {"inline:", "inline:|2^20", "uri:abcd", "abcd", "inline:abcd|2^49", "inline:abcd|0",
                          "inline:abcd|281474976710657", "inline:abcd|x", "inline:abcd|1:0",
                          "inline:abcd|1:129", "inline:abcd|x:4", "inline:abcd|:4", "inline:abcd|1:4|2^20",
                          "inline:abcd|2^20|1:4|5", "inline:abcd;uri:x", "inline:abcd||1:4"}) {
    EXPECT_FALSE(of_key(bad)) << bad;
  }
}

TEST(Crypto, TagsAndSuitesAreWellFormed) {
  EXPECT_TRUE(parse_crypto("999999999 AES_CM_128_HMAC_SHA1_80 inline:abcd"));
  for (const char* bad :
       {"", "1", "1 AES_CM_128_HMAC_SHA1_80", "x AES_CM_128_HMAC_SHA1_80 inline:abcd",
        "1000000000 AES_CM_128_HMAC_SHA1_80 inline:abcd", "-1 A inline:abcd", "1 A/B inline:abcd"}) {
    EXPECT_FALSE(parse_crypto(bad)) << bad;
  }
  auto unknown = parse_crypto("1 NEW_SUITE newmethod:x WHATEVER");
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->suite, CryptoSuite::other);
  EXPECT_EQ(unknown->suite_text, "NEW_SUITE");
}

// RFC 4568 6.3
TEST(Crypto, SessionParametersAreRead) {
  auto crypto = with(
      "KDR=24 UNENCRYPTED_SRTP UNAUTHENTICATED_SRTP WSH=64 FEC_ORDER=SRTP_FEC FEC_KEY=inline:abcd -X-NEW=1");
  ASSERT_TRUE(crypto);
  EXPECT_EQ(crypto->parameters.key_derivation_rate, 24);
  EXPECT_EQ(crypto->parameters.window_size, 64u);
  EXPECT_EQ(crypto->parameters.fec_order, FecOrder::srtp_then_fec);
  EXPECT_EQ(crypto->parameters.fec_key, "inline:abcd");
  EXPECT_TRUE(crypto->parameters.unencrypted_srtp && crypto->parameters.unauthenticated_srtp);
  EXPECT_FALSE(crypto->parameters.unknown);
  EXPECT_TRUE(with("NEW=1")->parameters.unknown);
  for (const char* bad : {"KDR=25", "KDR=", "WSH=63", "WSH=x", "FEC_ORDER=x", "FEC_KEY=x", "FEC_KEY="}) {
    EXPECT_FALSE(with(bad)) << bad;
  }
}

TEST(Crypto, EverySuiteHasItsKeySize) {
  struct Row {
    const char* suite;
    CryptoSuite id;
    size_t size;
  };
  for (auto [name, id, size] : {Row{"AES_CM_128_HMAC_SHA1_80", CryptoSuite::aes_cm_128_hmac_sha1_80, 30},
                                Row{"AES_CM_128_HMAC_SHA1_32", CryptoSuite::aes_cm_128_hmac_sha1_32, 30},
                                Row{"F8_128_HMAC_SHA1_80", CryptoSuite::f8_128_hmac_sha1_80, 30},
                                Row{"AES_192_CM_HMAC_SHA1_80", CryptoSuite::aes_192_cm_hmac_sha1_80, 38},
                                Row{"AES_192_CM_HMAC_SHA1_32", CryptoSuite::aes_192_cm_hmac_sha1_32, 38},
                                Row{"AES_256_CM_HMAC_SHA1_80", CryptoSuite::aes_256_cm_hmac_sha1_80, 46},
                                Row{"AES_256_CM_HMAC_SHA1_32", CryptoSuite::aes_256_cm_hmac_sha1_32, 46},
                                Row{"AEAD_AES_128_GCM", CryptoSuite::aead_aes_128_gcm, 28},
                                Row{"AEAD_AES_256_GCM", CryptoSuite::aead_aes_256_gcm, 44}}) {
    auto crypto = crypto_of("1 " + std::string(name) + " inline:abcd");
    ASSERT_TRUE(crypto) << name;
    EXPECT_EQ(crypto->suite, id) << name;
    EXPECT_EQ(key_size_of(id), size) << name;
  }
  EXPECT_EQ(key_size_of(CryptoSuite::other), 0u);
}

TEST(Crypto, KeysAreDecoded) {
  std::array<uint8_t, 30> out;
  ASSERT_TRUE(decode_key(key40, out));
  EXPECT_EQ(std::string(out.begin(), out.end()), "YS___semctl () {\t220;}\n}\nunles");
  EXPECT_FALSE(decode_key(std::string_view(key40).substr(1), out));
  EXPECT_EQ(out, (std::array<uint8_t, 30>{}));
  std::string spoilt = key40;
  spoilt[7] = '-';
  EXPECT_FALSE(decode_key(spoilt, out));
  EXPECT_EQ(out, (std::array<uint8_t, 30>{}));
  std::array<uint8_t, 1> one;
  std::array<uint8_t, 2> two;
  EXPECT_TRUE(decode_key("/w==", one) && one[0] == 0xff);
  EXPECT_TRUE(decode_key("/w", one) && one[0] == 0xff);  // some leave the padding out
  EXPECT_TRUE(decode_key("AP8=", two) && two[0] == 0 && two[1] == 0xff);
  EXPECT_FALSE(decode_key("AP8=", one));
  EXPECT_FALSE(decode_key("/w===", one));
}

}  // namespace
}  // namespace sbc::sdp
