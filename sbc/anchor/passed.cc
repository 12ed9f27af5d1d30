#include "sbc/anchor/passed.h"

#include <algorithm>

#include "dataplane/bytes/siphash.h"
#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/crypto.h"
#include "dataplane/sdp/dtls.h"
#include "dataplane/sdp/words.h"
#include "sbc/anchor/sdes.h"

namespace sbc::anchor {
namespace {

using media::Seal;
using sdp::AttributeName;

constexpr size_t suite_size_max = 40, keys_max = 4, key_size_max = 128, mki_size_max = 40;
constexpr size_t fingerprints_max = 8;

/// Of the names that IANA has, all are; no name of a host with its dots is.
bool is_suite(std::string_view text) { return sdp::is_word_of(text, sdp::class_rid, suite_size_max); }

/// Base64, of whatever size the suite wants.
bool is_key(std::string_view text) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return sdp::is_word_of(text, sdp::class_ice, key_size_max);
}

bool are_keys(std::string_view keys) {
  size_t count = 0;
  for (; !keys.empty(); ++count) {
    const auto key = sdp::take_key(keys);
    if (!key || !is_key(key->text) || key->mki.size() > mki_size_max) return false;
  }
  return count >= 1 && count <= keys_max;
}

/// What the peers have to agree on besides, as far as we know how it is written; of a suite that we do not
/// know, nothing.
bool may_cross(const sdp::Crypto& crypto, std::string_view value) {
  const sdp::SessionParameters& asked = crypto.parameters;
  if (asked.unknown || asked.fec_order || !asked.fec_key.empty()) return false;
  if (crypto.suite != sdp::CryptoSuite::other) return true;
  for (int word = 0; word < 3; ++word) sdp::take_word(value);
  return sdp::trim(value).empty();
}

std::optional<sdp::Crypto> passed_key(const sdp::Line& line) {
  if (!line.is(AttributeName::crypto)) return std::nullopt;
  const auto crypto = sdp::parse_crypto(line.attribute_value());
  const bool passes = crypto && is_suite(crypto->suite_text) && are_keys(crypto->keys) &&
                      may_cross(*crypto, line.attribute_value());
  return passes ? crypto : std::nullopt;
}

/// Calls visit(crypto, value) for each line that crosses.
template <class Visit>
void each_key(std::span<const sdp::Line> lines, Visit&& visit) {
  size_t left = PassedKeys::lines_max;
  for (const sdp::Line& line : lines) {
    const auto crypto = left > 0 ? passed_key(line) : std::nullopt;
    if (!crypto) continue;
    --left;
    visit(*crypto, line.attribute_value());
  }
}

/// A tag with its suite; one that we know may be written in either case.
uint32_t name_of(const sdp::Crypto& crypto) {
  const bool known = crypto.suite != sdp::CryptoSuite::other;
  return uint32_t(siphash({crypto.tag, uint64_t(crypto.suite)}, known ? "" : crypto.suite_text));
}

void write_keys(sdp::Writer& out, std::string_view keys) {
  for (std::string_view separator = " "; !keys.empty(); separator = ";") {
    const auto key = sdp::take_key(keys);
    out.text(separator).text("inline:").text(key->text);
    if (key->lifetime != 0) out.text("|").number(key->lifetime);
    if (key->mki_length != 0) out.text("|").text(key->mki).text(":").number(key->mki_length);
  }
}

void write_crypto(sdp::Writer& out, const sdp::Crypto& crypto) {
  const sdp::SessionParameters& asked = crypto.parameters;
  out.text("a=crypto:").number(crypto.tag).text(" ").text(crypto.suite_text);
  write_keys(out, crypto.keys);
  if (asked.key_derivation_rate) out.text(" KDR=").number(*asked.key_derivation_rate);
  if (asked.unencrypted_srtp) out.text(" UNENCRYPTED_SRTP");
  if (asked.unencrypted_srtcp) out.text(" UNENCRYPTED_SRTCP");
  if (asked.unauthenticated_srtp) out.text(" UNAUTHENTICATED_SRTP");
  if (asked.window_size) out.text(" WSH=").number(*asked.window_size);
  out.end_line();
}

/// The section's, or else the session's (RFC 8122 5).
std::span<const sdp::Line> fingerprints_of(const sdp::Session& session, const sdp::Media& media) {
  const auto lines = session.lines_of(media);
  return find_attribute(lines, AttributeName::fingerprint) ? lines : session.session_lines();
}

/// Calls visit(fingerprint) for each that crosses: a hash that we do not know could spell anything.
template <class Visit>
size_t each_fingerprint(std::span<const sdp::Line> lines, Visit&& visit) {
  size_t count = 0;
  for (const sdp::Line& line : lines) {
    if (!line.is(AttributeName::fingerprint) || count == fingerprints_max) continue;
    const auto fingerprint = sdp::parse_fingerprint(line.attribute_value());
    if (!fingerprint || fingerprint->hash == sdp::HashFunction::other) continue;
    ++count;
    visit(*fingerprint);
  }
  return count;
}

std::optional<sdp::SetupRole> setup_of(const sdp::Session& session, const sdp::Media& media) {
  const sdp::Line* setup = find_attribute(session, media, AttributeName::setup);
  return setup ? sdp::parse_setup(setup->attribute_value()) : std::nullopt;
}

std::optional<std::string_view> tls_id_of(const sdp::Session& session, const sdp::Media& media) {
  const sdp::Line* line = find_attribute(session, media, AttributeName::tls_id);
  return line ? sdp::parse_tls_id(line->attribute_value()) : std::nullopt;
}

void write_dtls(sdp::Writer& out, const sdp::Session& session, const sdp::Media& media) {
  each_fingerprint(fingerprints_of(session, media), [&](const sdp::Fingerprint& fingerprint) {
    out.text("a=fingerprint:").text(fingerprint.hash_text).text(" ").text(fingerprint.digest).end_line();
  });
  if (const auto setup = setup_of(session, media)) out.attribute(AttributeName::setup, sdp::text_of(*setup));
  if (const auto id = tls_id_of(session, media)) out.attribute(AttributeName::tls_id, *id);
}

/// Not of a=tls-id, which each answers with another one to a new one (RFC 8842 5.3).
uint32_t digest_of_certificates(const sdp::Session& session, const sdp::Media& media) {
  uint64_t digest = 1;
  each_fingerprint(fingerprints_of(session, media), [&](const sdp::Fingerprint& fingerprint) {
    digest = siphash({digest, 0}, fingerprint.digest);
  });
  return uint32_t(digest);
}

/// Of all but the tag.
uint32_t digest_of_key(std::string_view value) {
  sdp::take_word(value);
  return uint32_t(siphash({2, 0}, value));
}

}  // namespace

std::optional<uint32_t> PassedKeys::find(uint32_t name) const {
  const auto end = lines.begin() + count;
  const auto found = std::find_if(lines.begin(), end, [&](const Line& line) { return line.name == name; });
  return found == end ? std::nullopt : std::optional(found->key);
}

PassedKeys passed_keys(const sdp::Session& session, const sdp::Media& media, Seal seal) {
  PassedKeys passed;
  if (seal == Seal::dtls_srtp) passed.lines[passed.count++] = {0, digest_of_certificates(session, media)};
  if (seal != Seal::srtp) return passed;
  each_key(session.lines_of(media), [&](const sdp::Crypto& crypto, std::string_view value) {
    passed.lines[passed.count++] = {name_of(crypto), digest_of_key(value)};
  });
  return passed;
}

std::optional<PassedKeys::Line> answered_key(const sdp::Session& session, const sdp::Media& media,
                                             Seal seal) {
  const auto lines = session.lines_of(media);
  const auto is_key = [](const sdp::Line& line) { return line.is(AttributeName::crypto); };
  const bool ambiguous = seal == Seal::srtp && std::count_if(lines.begin(), lines.end(), is_key) != 1;
  const PassedKeys passed = passed_keys(session, media, seal);
  return passed.count == 1 && !ambiguous ? std::optional(passed.lines[0]) : std::nullopt;
}

std::optional<Seal> seal_of(const sdp::Session& session, const sdp::Media& media) {
  const auto profile = profile_of(media.protocol);
  if (!profile) return std::nullopt;
  if (is_dtls(*profile)) {
    const size_t certificates = each_fingerprint(fingerprints_of(session, media), [](const auto&) {});
    return certificates > 0 && setup_of(session, media) ? std::optional(Seal::dtls_srtp) : std::nullopt;
  }
  if (passed_keys(session, media, Seal::srtp).count > 0) return Seal::srtp;
  return is_secure(*profile) ? std::nullopt : std::optional(Seal::none);
}

void write_seal(sdp::Writer& out, const sdp::Session& session, const sdp::Media& media, Seal seal) {
  if (seal == Seal::dtls_srtp) write_dtls(out, session, media);
  if (seal != Seal::srtp) return;
  each_key(session.lines_of(media),
           [&](const sdp::Crypto& crypto, std::string_view) { write_crypto(out, crypto); });
}

}  // namespace sbc::anchor
