#include "sbc/anchor/sdes.h"

#include <algorithm>
#include <array>

#include "dataplane/sdp/crypto.h"
#include "dataplane/sdp/words.h"

namespace sbc::anchor {
namespace {

constexpr std::array<std::string_view, 6> profiles{"RTP/AVP",   "RTP/AVPF",         "RTP/SAVP",
                                                   "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF"};

SrtpSuite suite_named(std::string_view name) {
  auto found = std::find_if(
      srtp_suite_facts.begin() + 1, srtp_suite_facts.end(),
      [name](const SrtpSuiteFacts& facts) { return sdp::equal_ignoring_case(facts.text, name); });
  return found == srtp_suite_facts.end() ? SrtpSuite::none : SrtpSuite(found - srtp_suite_facts.begin());
}

/// Less encryption or authentication, keys that change by themselves, and FEC are not for us. How large its
/// window is, is the peer's own affair.
bool asks_for_more(const sdp::SessionParameters& parameters) {
  return parameters.unknown || parameters.unencrypted_srtp || parameters.unencrypted_srtcp ||
         parameters.unauthenticated_srtp || parameters.key_derivation_rate || parameters.fec_order ||
         !parameters.fec_key.empty();
}

bool is_key(const sdp::Line& line) { return line.is(sdp::AttributeName::crypto); }

void write_base64(sdp::Writer& out, std::span<const uint8_t> bytes) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - at);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i) bits = bits << 8 | (i < count ? bytes[at + i] : 0u);
    std::array<char, 4> word{'=', '=', '=', '='};
    for (size_t i = 0; i <= count; ++i) word[i] = letters[bits >> (18 - 6 * i) & 63];
    out.text({word.data(), word.size()});
  }
}

}  // namespace

std::optional<Profile> profile_of(std::string_view protocol) {
  return sdp::find_word<Profile>(profiles, protocol);
}

std::string_view text_of(Profile profile) { return profiles[size_t(profile)]; }

bool has_keys(std::span<const sdp::Line> lines) { return std::any_of(lines.begin(), lines.end(), is_key); }

PeerKey read_key(const sdp::Line& line) {
  if (!is_key(line)) return {};
  const auto crypto = sdp::parse_crypto(line.attribute_value());
  if (!crypto || asks_for_more(crypto->parameters)) return {};
  const SrtpSuite suite = suite_named(crypto->suite_text);
  std::string_view rest = crypto->keys;
  const auto only = suite == SrtpSuite::none ? std::nullopt : sdp::take_key(rest);
  if (!only || !rest.empty()) return {};
  PeerKey peer;
  const SrtpSuiteFacts& facts = facts_of(suite);
  peer.key.suite = suite;  // from here on it is wiped
  if (!sdp::decode_key(only->text, std::span(peer.key.bytes).first(facts.key + facts.salt))) return {};
  peer.tag = crypto->tag;
  peer.key.mki_length = only->mki_length;
  return peer;
}

PeerKey choose_key(std::span<const sdp::Line> lines, std::span<const SrtpSuite> suites) {
  PeerKey chosen;
  size_t place = suites.size();
  for (const sdp::Line& line : lines) {
    const PeerKey peer = read_key(line);
    const size_t at = size_t(std::find(suites.begin(), suites.end(), peer.key.suite) - suites.begin());
    if (at >= place) continue;
    place = at;
    chosen = peer;
  }
  return chosen;
}

PeerKey answered_key(std::span<const sdp::Line> lines, std::span<const SrtpSuite> suites) {
  auto line = std::find_if(lines.begin(), lines.end(), is_key);
  if (line == lines.end() || std::count_if(lines.begin(), lines.end(), is_key) > 1) return {};
  const PeerKey peer = read_key(*line);
  const bool offered = peer.tag >= 1 && peer.tag <= suites.size() && suites[peer.tag - 1] == peer.key.suite;
  return offered ? peer : PeerKey{};
}

void write_key(sdp::Writer& out, uint32_t tag, const srtp::MasterKey& key) {
  const SrtpSuiteFacts& facts = facts_of(key.suite);
  out.text("a=crypto:").number(tag).text(" ").text(facts.text).text(" inline:");
  write_base64(out, std::span(key.bytes).first(facts.key + facts.salt));
  out.end_line();
}

void write_crossing_key(sdp::Writer& out, const sdp::Line& line, std::span<const SrtpSuite> suites) {
  const PeerKey peer = choose_key({&line, 1}, suites);
  if (peer.key.is_none()) return;
  auto crypto = sdp::parse_crypto(line.attribute_value());
  const auto only = sdp::take_key(crypto->keys);
  out.text("a=crypto:").number(peer.tag).text(" ").text(facts_of(peer.key.suite).text);
  out.text(" inline:").text(only->text);
  if (only->lifetime != 0) out.text("|").number(only->lifetime);
  if (only->mki_length != 0) out.text("|").text(only->mki).text(":").number(only->mki_length);
  out.end_line();
}

}  // namespace sbc::anchor
