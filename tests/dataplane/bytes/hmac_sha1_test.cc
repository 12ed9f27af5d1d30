#include "dataplane/bytes/hmac_sha1.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace sbc {
namespace {

std::span<const uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string hex(const Sha1Digest& digest) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : digest) text += {digits[byte >> 4], digits[byte & 15]};
  return text;
}

TEST(HmacSha1, VectorsOfRfc2202Section3) {
  EXPECT_EQ(hex(hmac_sha1(bytes(std::string(20, '\x0b')), {bytes("Hi There")})),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(hex(hmac_sha1(bytes("Jefe"), {bytes("what do ya want for nothing?")})),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(hex(hmac_sha1(bytes(std::string(80, '\xaa')),
                          {bytes("Test Using Larger Than Block-Size Key - Hash Key First")})),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

TEST(HmacSha1, KeysAroundTheBlockDiffer) {
  std::string key(64, 'k');
  EXPECT_NE(hmac_sha1(bytes(key), {}), hmac_sha1(bytes(key + 'k'), {}));
  EXPECT_EQ(hmac_sha1(bytes(key.substr(1)), {}), hmac_sha1(bytes(key.substr(1) + '\0'), {}))
      << "a short key is filled with zeros (RFC 2104 2)";
}

TEST(HmacSha1, PiecesCountAsOneMessage) {
  auto whole = hmac_sha1(bytes("Jefe"), {bytes("what do ya want for nothing?")});
  EXPECT_EQ(hmac_sha1(bytes("Jefe"), {bytes("what do ya "), {}, bytes("want for nothing?")}), whole);
}

TEST(EqualInConstantTime, ComparesEveryByte) {
  const std::string text = "0123456789";
  EXPECT_TRUE(equal_in_constant_time(bytes(text), bytes(text)));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
  EXPECT_FALSE(equal_in_constant_time(bytes(text), bytes(text.substr(1))));
  for (size_t at = 0; at < text.size(); ++at) {
    std::string other = text;
    other[at] ^= 1;
    EXPECT_FALSE(equal_in_constant_time(bytes(text), bytes(other))) << at;
  }
}

}  // namespace
}  // namespace sbc
