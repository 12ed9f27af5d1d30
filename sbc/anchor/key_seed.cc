// OpenSSL 3 deprecates the plain digest functions; what it wants instead allocates a context for every
// message.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sbc/anchor/key_seed.h"

#include <algorithm>
#include <cstring>

#include <openssl/sha.h>

namespace sbc::anchor {

KeySeed::KeySeed(Random& random, std::span<const SrtpSuite> suites) {
  for (size_t at = 0; at < seed_.size(); at += sizeof(uint64_t)) {
    const uint64_t drawn = random.next();
    std::memcpy(seed_.data() + at, &drawn, sizeof drawn);
  }
  suite_count_ = uint8_t(std::min(suites.size(), suites_.size()));
  std::copy_n(suites.begin(), suite_count_, suites_.begin());
}

/// The one-step derivation of NIST SP 800-56C (4.1) with SHA-512, of which one block is enough.
srtp::MasterKey KeySeed::key_of(SrtpSuite suite) const {
  static_assert(SHA512_DIGEST_LENGTH >= srtp::MasterKey::bytes_max);
  const std::array<uint8_t, 5> counter_and_use{0, 0, 0, 1, uint8_t(suite)};
  std::array<uint8_t, SHA512_DIGEST_LENGTH> digest;
  SHA512_CTX context;
  SHA512_Init(&context);
  SHA512_Update(&context, counter_and_use.data(), 4);
  SHA512_Update(&context, seed_.data(), seed_.size());
  SHA512_Update(&context, counter_and_use.data() + 4, 1);
  SHA512_Final(digest.data(), &context);
  srtp::MasterKey key;
  key.suite = suite;
  std::copy_n(digest.begin(), facts_of(suite).key + facts_of(suite).salt, key.bytes.begin());
  OPENSSL_cleanse(&context, sizeof context);
  OPENSSL_cleanse(digest.data(), digest.size());
  return key;
}

}  // namespace sbc::anchor
