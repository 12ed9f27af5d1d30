#include "sbc/anchor/key_seed.h"

#include <algorithm>
#include <cstring>

#include "dataplane/bytes/sha512.h"

namespace sbc::anchor {

KeySeed::KeySeed(Random& random, std::span<const SrtpSuite> suites) {
  for (size_t at = 0; at < seed_.size(); at += sizeof(uint64_t)) {
    const uint64_t drawn = random.next();
    std::memcpy(seed_.data() + at, &drawn, sizeof drawn);
  }
  suite_count_ = uint8_t(std::min(suites.size(), suites_.size()));
  std::copy_n(suites.begin(), suite_count_, suites_.begin());
}

void KeySeed::agree(SrtpSuite suite) {
  if (agreed_ != SrtpSuite::none && agreed_ != suite) ++times_left_[size_t(agreed_)];
  agreed_ = suite;
}

/// The one-step derivation of NIST SP 800-56C (4.1) with SHA-512, of which one block is enough.
srtp::MasterKey KeySeed::key_of(SrtpSuite suite) const {
  static_assert(std::tuple_size_v<Sha512Digest> >= srtp::MasterKey::bytes_max);
  const std::array<uint8_t, 4> counter{0, 0, 0, 1};
  const std::array<uint8_t, 2> use{uint8_t(suite), times_left_[size_t(suite)]};
  Sha512Digest digest = sha512({counter, seed_, use});
  srtp::MasterKey key;
  key.suite = suite;
  std::copy_n(digest.begin(), facts_of(suite).key + facts_of(suite).salt, key.bytes.begin());
  OPENSSL_cleanse(digest.data(), digest.size());
  return key;
}

}  // namespace sbc::anchor
