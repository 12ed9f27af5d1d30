// MasterKey: what both ends of a stream of SRTP derive their session keys from (RFC 3711 3.2.1): one
// direction's. A secret: it is wiped when it goes, never logged, and compared in constant time.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include <openssl/crypto.h>

#include "config/types/srtp_suite.h"

namespace sbc::srtp {

struct MasterKey {
  static constexpr size_t bytes_max = 46;

  SrtpSuite suite = SrtpSuite::none;
  uint8_t mki_length = 0;                  // bytes of a master key identifier in every packet; 0 = none
  std::array<uint8_t, bytes_max> bytes{};  // key and salt, one behind the other, as SDES has them

  MasterKey() = default;
  MasterKey(const MasterKey&) = default;
  MasterKey& operator=(const MasterKey&) = default;
  ~MasterKey() {
    if (suite != SrtpSuite::none) OPENSSL_cleanse(bytes.data(), bytes.size());
  }

  bool is_none() const { return suite == SrtpSuite::none; }
  std::span<const uint8_t> key() const { return std::span(bytes).first(facts_of(suite).key); }
  std::span<const uint8_t> salt() const {
    return std::span(bytes).subspan(facts_of(suite).key, facts_of(suite).salt);
  }

  friend bool operator==(const MasterKey& a, const MasterKey& b) {
    return a.suite == b.suite && a.mki_length == b.mki_length &&
           CRYPTO_memcmp(a.bytes.data(), b.bytes.data(), bytes_max) == 0;
  }
};

}  // namespace sbc::srtp
