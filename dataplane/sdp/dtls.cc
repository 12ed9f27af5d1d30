#include "dataplane/sdp/dtls.h"

#include <array>

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

constexpr size_t hash_count = size_t(HashFunction::other);
constexpr std::array<std::string_view, hash_count> hashes{"sha-1",   "sha-224", "sha-256", "sha-384",
                                                          "sha-512", "md5",     "md2"};
constexpr std::array<uint8_t, hash_count> digest_sizes{20, 28, 32, 48, 64, 16, 16};

constexpr std::array<std::string_view, 4> setup_roles{"active", "passive", "actpass", "holdconn"};
constexpr std::array<std::string_view, 2> connection_reuses{"new", "existing"};

/// Two hex digits at the front; nullopt where there are none.
std::optional<uint8_t> parse_hex_byte(std::string_view text) {
  unsigned value = 0;
  if (text.size() < 2) return std::nullopt;
  for (char c : text.substr(0, 2)) {
    unsigned digit = uint8_t(c - '0');
    if (digit > 9) {
      digit = uint8_t((c | 0x20) - 'a') + 10u;
      if (digit < 10 || digit > 15) return std::nullopt;
    }
    value = value << 4 | digit;
  }
  return uint8_t(value);
}

/// "4A:AD:B9".
bool is_digest(std::string_view text) {
  if (text.size() % 3 != 2) return false;
  for (size_t at = 0; at < text.size(); at += 3) {
    if (!parse_hex_byte(text.substr(at)) || (at > 0 && text[at - 1] != ':')) return false;
  }
  return true;
}

}  // namespace

size_t digest_size_of(HashFunction hash) {
  return hash == HashFunction::other ? 0 : digest_sizes[size_t(hash)];
}

std::optional<Fingerprint> parse_fingerprint(std::string_view value) {
  Fingerprint fingerprint;
  fingerprint.hash_text = take_word(value);
  fingerprint.digest = only_word(value);
  if (!is_token(fingerprint.hash_text) || !is_digest(fingerprint.digest)) return std::nullopt;
  auto hash = find_word<HashFunction>(hashes, fingerprint.hash_text);
  if (!hash) return fingerprint;
  if ((fingerprint.digest.size() + 1) / 3 != digest_size_of(*hash)) return std::nullopt;
  fingerprint.hash = *hash;
  return fingerprint;
}

bool Fingerprint::matches(std::span<const uint8_t> certificate_digest) const {
  if (certificate_digest.empty() || digest.size() != certificate_digest.size() * 3 - 1) return false;
  for (size_t i = 0; i < certificate_digest.size(); ++i) {
    if (parse_hex_byte(digest.substr(i * 3)) != certificate_digest[i]) return false;
  }
  return true;
}

std::optional<SetupRole> parse_setup(std::string_view value) {
  return find_word<SetupRole>(setup_roles, only_word(value));
}

std::string_view text_of(SetupRole role) { return setup_roles[size_t(role)]; }

std::optional<ConnectionReuse> parse_connection_reuse(std::string_view value) {
  return find_word<ConnectionReuse>(connection_reuses, only_word(value));
}

std::optional<std::string_view> parse_tls_id(std::string_view value) {
  std::string_view id = only_word(value);
  return is_word_of(id, class_tls_id, 255, 20) ? std::optional(id) : std::nullopt;
}

}  // namespace sbc::sdp
