// SrtpSuite: how a stream of SRTP is encrypted and authenticated. The names are SDES's (RFC 4568 6.2, RFC
// 6188, RFC 7714 14.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbc {

enum class SrtpSuite : uint8_t {
  none,  // plain RTP
  aes_cm_128_hmac_sha1_80,
  aes_cm_128_hmac_sha1_32,
  aes_256_cm_hmac_sha1_80,
  aes_256_cm_hmac_sha1_32,
  aead_aes_128_gcm,
  aead_aes_256_gcm
};
inline constexpr size_t srtp_suite_count = 6;  // without none

/// Lengths in bytes. A tag is as long in SRTCP, but for HMAC-SHA1's: 80 bits always (RFC 3711 5.2).
struct SrtpSuiteFacts {
  std::string_view text;
  uint8_t key = 0, salt = 0, tag = 0;
  bool aead = false;
};

inline constexpr std::array<SrtpSuiteFacts, 1 + srtp_suite_count> srtp_suite_facts{{
    {"none", 0, 0, 0, false},
    {"AES_CM_128_HMAC_SHA1_80", 16, 14, 10, false},
    {"AES_CM_128_HMAC_SHA1_32", 16, 14, 4, false},
    {"AES_256_CM_HMAC_SHA1_80", 32, 14, 10, false},
    {"AES_256_CM_HMAC_SHA1_32", 32, 14, 4, false},
    {"AEAD_AES_128_GCM", 16, 12, 16, true},
    {"AEAD_AES_256_GCM", 32, 12, 16, true},
}};
constexpr const SrtpSuiteFacts& facts_of(SrtpSuite suite) { return srtp_suite_facts[size_t(suite)]; }

}  // namespace sbc
