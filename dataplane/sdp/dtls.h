// DTLS and TLS: whose certificate it is and who opens the connection (RFC 8122, RFC 4145, RFC 5763, RFC
// 8842).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sbc::sdp {

enum class HashFunction : uint8_t { sha_1, sha_224, sha_256, sha_384, sha_512, md5, md2, other };

struct Fingerprint {
  HashFunction hash = HashFunction::other;
  std::string_view hash_text;
  std::string_view digest;  // "4A:AD:…": of a known hash, just as many bytes as it has

  /// Whether this is the certificate's digest, which is the hash's of the certificate in DER.
  bool matches(std::span<const uint8_t> certificate_digest) const;
};
/// "sha-256 4A:AD:B9:…". Hex digits may have either case.
std::optional<Fingerprint> parse_fingerprint(std::string_view value);

/// Bytes of a hash's digest; 0 of `other`.
size_t digest_size_of(HashFunction hash);

enum class SetupRole : uint8_t { active, passive, actpass, holdconn };
std::optional<SetupRole> parse_setup(std::string_view value);
std::string_view text_of(SetupRole role);

enum class ConnectionReuse : uint8_t { new_connection, existing };
/// The value of a=connection (RFC 4145 5).
std::optional<ConnectionReuse> parse_connection_reuse(std::string_view value);

/// 20 to 255 characters (RFC 8842 4).
std::optional<std::string_view> parse_tls_id(std::string_view value);

}  // namespace sbc::sdp
