// The reference itself, against the vectors of RFC 7714 16 and 17, whose keys are session keys.
#include "tests/dataplane/srtp/reference.h"

#include <gtest/gtest.h>

namespace sbc::srtp::reference {
namespace {

const Bytes salt = from_hex("51756964 2070726f 2071756f");
const Bytes key_256 = from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
const Bytes key_128(key_256.begin(), key_256.begin() + 16);
const Bytes rtp = from_hex(
    "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976"
    "69736120 696e2070 61727465 73207472 6573");
const Bytes rtcp = from_hex(
    "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61"
    "deadbeef deadbeef deadbeef deadbeef deadbeef");

TEST(Reference, Rfc7714Section16) {
  EXPECT_EQ(protect({key_128, {}, salt}, SrtpSuite::aead_aes_128_gcm, false, rtp, 0xf17b),
            from_hex("8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5"
                     "0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce"));
  EXPECT_EQ(protect({key_256, {}, salt}, SrtpSuite::aead_aes_256_gcm, false, rtp, 0xf17b),
            from_hex("8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238"
                     "9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13"));
}

TEST(Reference, Rfc7714Section17) {
  EXPECT_EQ(protect({key_128, {}, salt}, SrtpSuite::aead_aes_128_gcm, true, rtcp, 0x5d4),
            from_hex("81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d"
                     "c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872"
                     "45d9eade 800005d4"));
}

}  // namespace
}  // namespace sbc::srtp::reference
