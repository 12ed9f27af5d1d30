#include "dataplane/bytes/siphash.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace sbc {
namespace {

constexpr HashKey reference_key{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};

// The authors' reference vectors: key 00..0f, message 00 01 02 … of each length.
TEST(SipHash, MatchesTheReferenceVectors) {
  static constexpr uint64_t expected[] = {
      0x726fdb47dd0e0e31u, 0x74f839c593dc67fdu, 0x0d6c8009d9a94f5au, 0x85676696d7fb7e2du,
      0xcf2794e0277187b7u, 0x18765564cd99a68du, 0xcbc9466e58fee3ceu, 0xab0200f58b01d137u,
      0x93f5f5799a932462u, 0x9e0082df0ba9e4b0u, 0x7a5dbbc594ddb9f3u, 0xf4b32f46226bada7u,
      0x751e8fbc860ee5fbu, 0x14ea5627c0843d90u, 0xf723ca908e7af2eeu, 0xa129ca6149be45e5u};
  std::string message;
  for (uint64_t value : expected) {
    EXPECT_EQ(siphash(reference_key, message), value) << message.size();
    message += char(message.size());
  }
}

/// The same by OpenSSL, which lets the rounds be chosen.
std::array<uint64_t, 2> by_openssl(std::string_view message) {
  unsigned compress = 1, finish = 3;
  size_t size = 16;
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_uint("c-rounds", &compress),
                                   OSSL_PARAM_construct_uint("d-rounds", &finish),
                                   OSSL_PARAM_construct_size_t("size", &size), OSSL_PARAM_construct_end()};
  std::array<uint64_t, 2> words{};
  std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                        EVP_MAC_free);
  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> run(EVP_MAC_CTX_new(mac.get()), EVP_MAC_CTX_free);
  auto bytes = [](auto* data) { return reinterpret_cast<unsigned char*>(data); };
  HashKey key = reference_key;
  EXPECT_TRUE(
      EVP_MAC_init(run.get(), bytes(key.data()), sizeof key, parameters) &&
      EVP_MAC_update(run.get(), reinterpret_cast<const unsigned char*>(message.data()), message.size()) &&
      EVP_MAC_final(run.get(), bytes(words.data()), &size, sizeof words));
  return words;
}

TEST(SipHash, In128BitsIsWhatOpensslMakesOfIt) {
  std::string message;
  for (int size = 0; size < 40; ++size) {
    EXPECT_EQ(siphash_128(reference_key, message), by_openssl(message)) << size;
    message += char(size);
  }
}

TEST(SipHash, DependsOnEveryBitOfTheKey) {
  uint64_t plain = siphash(reference_key, "call-id");
  for (size_t half = 0; half < 2; ++half) {
    for (int bit = 0; bit < 64; ++bit) {
      HashKey key = reference_key;
      key[half] ^= uint64_t(1) << bit;
      EXPECT_NE(siphash(key, "call-id"), plain);
    }
  }
}

}  // namespace
}  // namespace sbc
