// Crypto: the keys that an a=crypto line offers for SRTP (SDES, RFC 4568; suites: RFC 6188, RFC 7714).
//
// What the views of keys point to is secret: it is not logged, and who copies it wipes the copy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sbc::sdp {

enum class CryptoSuite : uint8_t {
  aes_cm_128_hmac_sha1_80,
  aes_cm_128_hmac_sha1_32,
  f8_128_hmac_sha1_80,
  aes_192_cm_hmac_sha1_80,
  aes_192_cm_hmac_sha1_32,
  aes_256_cm_hmac_sha1_80,
  aes_256_cm_hmac_sha1_32,
  aead_aes_128_gcm,
  aead_aes_256_gcm,
  other
};
/// Bytes of a suite's master key and salt together; 0 of `other`.
size_t key_size_of(CryptoSuite suite);
inline constexpr size_t crypto_key_size_max = 46;

struct CryptoKey {
  std::string_view text;   // base64 of master key and salt. A secret
  uint64_t lifetime = 0;   // packets, up to 2^48; 0 = the suite's default
  std::string_view mki;    // the master key identifier, a decimal number; empty = none
  uint8_t mki_length = 0;  // bytes that it takes in a packet, 1..128
};

enum class FecOrder : uint8_t { fec_then_srtp, srtp_then_fec };

struct SessionParameters {
  bool unencrypted_srtp = false, unencrypted_srtcp = false, unauthenticated_srtp = false;
  std::optional<uint8_t> key_derivation_rate;  // KDR: 2^n packets, 0..24
  std::optional<uint32_t> window_size;         // WSH: replay protection, 64 packets or more
  std::optional<FecOrder> fec_order;
  std::string_view fec_key;  // key parameters of the FEC stream; empty = none. A secret
  bool unknown = false;  // one that must be understood and is not: the line is to be refused (RFC 4568 6.3.8)
};

struct Crypto {
  uint32_t tag = 0;  // up to 9 digits
  CryptoSuite suite = CryptoSuite::other;
  std::string_view suite_text;
  std::string_view keys;  // for take_key(); at least one is well-formed, and all are
  SessionParameters parameters;
};
/// "1 AES_CM_128_HMAC_SHA1_80 inline:…|2^20|1:4 UNENCRYPTED_SRTCP". Of `other` suites only tag and name are
/// read.
std::optional<Crypto> parse_crypto(std::string_view value);

/// Takes the first of ';'-separated keys off the front of `rest`; nullopt at the end and where it is
/// malformed.
std::optional<CryptoKey> take_key(std::string_view& rest);

/// Decodes a key's text into `out`, whose size is the suite's key_size_of(); false where it is not base64 of
/// just so many bytes (then `out` is all zeros).
bool decode_key(std::string_view text, std::span<uint8_t> out);

}  // namespace sbc::sdp
