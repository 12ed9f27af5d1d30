// OpenSSL 3 deprecates the plain digest functions; what it wants instead allocates a context for every
// message.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "dataplane/bytes/hmac_sha1.h"

#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace sbc {
namespace {

using Pieces = std::initializer_list<std::span<const uint8_t>>;
using Block = std::array<uint8_t, SHA_CBLOCK>;

Sha1Digest sha1(Pieces pieces) {
  SHA_CTX context;
  Sha1Digest digest;
  SHA1_Init(&context);
  for (auto piece : pieces) SHA1_Update(&context, piece.data(), piece.size());
  SHA1_Final(digest.data(), &context);
  OPENSSL_cleanse(&context, sizeof context);
  return digest;
}

}  // namespace

Sha1Digest hmac_sha1(std::span<const uint8_t> key, Pieces pieces) {
  Block block{};
  if (key.size() > block.size()) {
    Sha1Digest shorter = sha1({key});
    std::copy(shorter.begin(), shorter.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  auto pad = [&](uint8_t with) {
    for (uint8_t& byte : block) byte ^= with;
  };
  SHA_CTX context;
  Sha1Digest inner;
  pad(0x36);
  SHA1_Init(&context);
  SHA1_Update(&context, block.data(), block.size());
  for (auto piece : pieces) SHA1_Update(&context, piece.data(), piece.size());
  SHA1_Final(inner.data(), &context);
  pad(0x36 ^ 0x5c);
  Sha1Digest outer = sha1({block, inner});
  OPENSSL_cleanse(&context, sizeof context);
  OPENSSL_cleanse(block.data(), block.size());
  return outer;
}

bool equal_in_constant_time(std::span<const uint8_t> a, std::span<const uint8_t> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace sbc
