#include "dataplane/sdp/crypto.h"

#include <algorithm>

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

struct Suite {
  std::string_view name;
  uint8_t key_size;  // master key and salt
};

constexpr std::array<Suite, size_t(CryptoSuite::other)> suites{{
    {"AES_CM_128_HMAC_SHA1_80", 16 + 14},
    {"AES_CM_128_HMAC_SHA1_32", 16 + 14},
    {"F8_128_HMAC_SHA1_80", 16 + 14},
    {"AES_192_CM_HMAC_SHA1_80", 24 + 14},
    {"AES_192_CM_HMAC_SHA1_32", 24 + 14},
    {"AES_256_CM_HMAC_SHA1_80", 32 + 14},
    {"AES_256_CM_HMAC_SHA1_32", 32 + 14},
    {"AEAD_AES_128_GCM", 16 + 12},
    {"AEAD_AES_256_GCM", 32 + 12},
}};
static_assert(std::all_of(suites.begin(), suites.end(),
                          [](const Suite& suite) { return suite.key_size <= crypto_key_size_max; }));

constexpr uint64_t lifetime_max = uint64_t(1) << 48;
constexpr std::string_view inline_method = "inline:";

CryptoSuite suite_of(std::string_view name) {
  auto found = std::find_if(suites.begin(), suites.end(),
                            [name](const Suite& suite) { return equal_ignoring_case(suite.name, name); });
  return CryptoSuite(found - suites.begin());
}

/// "2^20" or "1048576", up to 2^48 packets.
std::optional<uint64_t> parse_lifetime(std::string_view text) {
  if (!text.starts_with("2^")) return parse_number<uint64_t>(text, 1, lifetime_max);
  auto exponent = parse_number<uint8_t>(text.substr(2), 0, 48);
  return exponent ? std::optional(uint64_t(1) << *exponent) : std::nullopt;
}

/// "1:4".
bool parse_mki(std::string_view text, CryptoKey& key) {
  key.mki = take_until(text, ':');
  auto length = parse_number<uint8_t>(text, 1, 128);
  if (!length || !is_word_of(key.mki, class_digit)) return false;
  key.mki_length = *length;
  return true;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/// The value behind "NAME=" where the text starts so.
std::optional<std::string_view> value_behind(std::string_view text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  return text.substr(name.size());
}

bool are_keys(std::string_view keys) {
  do {
    if (!take_key(keys)) return false;
  } while (!keys.empty());
  return true;
}

bool parse_session_parameter(std::string_view text, SessionParameters& parameters) {
  if (text == "UNENCRYPTED_SRTP") return parameters.unencrypted_srtp = true;
  if (text == "UNENCRYPTED_SRTCP") return parameters.unencrypted_srtcp = true;
  if (text == "UNAUTHENTICATED_SRTP") return parameters.unauthenticated_srtp = true;
  if (auto rate = value_behind(text, "KDR=")) {
    parameters.key_derivation_rate = parse_number<uint8_t>(*rate, 0, 24);
    return parameters.key_derivation_rate.has_value();
  }
  if (auto size = value_behind(text, "WSH=")) {
    parameters.window_size = parse_number<uint32_t>(*size, 64);
    return parameters.window_size.has_value();
  }
  if (auto order = value_behind(text, "FEC_ORDER=")) {
    static constexpr std::array<std::string_view, 2> orders{"FEC_SRTP", "SRTP_FEC"};
    parameters.fec_order = find_word<FecOrder>(orders, *order);
    return parameters.fec_order.has_value();
  }
  if (auto key = value_behind(text, "FEC_KEY=")) {
    parameters.fec_key = *key;
    return are_keys(*key);
  }
  parameters.unknown |= !text.starts_with('-');  // RFC 4568 6.3.7: "-" marks what may be ignored
  return true;
}

}  // namespace

size_t key_size_of(CryptoSuite suite) {
  return suite == CryptoSuite::other ? 0 : suites[size_t(suite)].key_size;
}

std::optional<Crypto> parse_crypto(std::string_view value) {
  Crypto crypto;
  auto tag = parse_number<uint32_t>(take_word(value), 0, 999'999'999);
  crypto.suite_text = take_word(value);
  crypto.keys = take_word(value);
  if (!tag || !is_token(crypto.suite_text) || crypto.keys.empty()) return std::nullopt;
  crypto.tag = *tag;
  crypto.suite = suite_of(crypto.suite_text);
  if (crypto.suite == CryptoSuite::other) return crypto;
  if (!are_keys(crypto.keys)) return std::nullopt;
  for (std::string_view word = take_word(value); !word.empty(); word = take_word(value)) {
    if (!parse_session_parameter(word, crypto.parameters)) return std::nullopt;
  }
  return crypto;
}

std::optional<CryptoKey> take_key(std::string_view& rest) {
  std::string_view text = take_until(rest, ';');
  if (!text.starts_with(inline_method)) return std::nullopt;
  text.remove_prefix(inline_method.size());
  CryptoKey key;
  key.text = take_until(text, '|');
  if (key.text.empty()) return std::nullopt;
  if (text.empty()) return key;
  std::string_view part = take_until(text, '|');
  if (part.find(':') == part.npos) {
    auto lifetime = parse_lifetime(part);
    if (!lifetime) return std::nullopt;
    key.lifetime = *lifetime;
    if (text.empty()) return key;
    part = take_until(text, '|');
  }
  return text.empty() && parse_mki(part, key) ? std::optional(key) : std::nullopt;
}

bool decode_key(std::string_view text, std::span<uint8_t> out) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  size_t size = 0;
  uint32_t bits = 0;
  bool good = text.size() == (out.size() * 8 + 5) / 6;
  for (size_t i = 0; good && i < text.size(); ++i) {
    int value = base64_value(text[i]);
    good = value >= 0;
    bits = bits << 6 | uint32_t(value & 63);
    if (i % 4 != 0) out[size++] = uint8_t(bits >> (6 - i % 4 * 2));
  }
  if (!good) std::fill(out.begin(), out.end(), uint8_t(0));
  return good;
}

}  // namespace sbc::sdp
