#include "policy/topology/topology.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "dataplane/sdp/direction.h"
#include "dataplane/sip/text.h"
#include "dataplane/sip/uri.h"
#include "dataplane/sip/values.h"
#include "policy/topology/known_values.h"

namespace sbc::policy {
namespace {

using sip::class_digit;
using sip::class_hex;
using sip::class_letter;
using sip::equal_ignoring_case;
using sip::is;

/// Characters of a label of a host name; what is not ASCII may be part of an internationalised one.
bool is_label(char c) {
  return is(c, class_digit | class_letter) || c == '-' || c == '_' || uint8_t(c) >= 0x80;
}

using Judge = bool (*)(std::string_view value);

// Not here on purpose: User-Agent, Server, Organization, Call-Info, Alert-Info, In-Reply-To, User-to-User,
// Geolocation, Identity and the P- headers of RFC 7315 name the other side's hosts or users; Subject may, and
// no check of free text finds a name without dots. Of Reason, Warning, P-Charging-Vector, Privacy and
// P-Early-Media only a part crosses: crossing_cause(), crossing_warning(), crossing_charging_id(),
// is_privacy(), is_early_media().
constexpr std::array<Judge, sip::header_count> crossing_headers = [] {
  std::array<Judge, sip::header_count> table{};
  table[size_t(sip::Header::priority)] = is_priority;
  table[size_t(sip::Header::accept_language)] = is_accept_language;
  table[size_t(sip::Header::resource_priority)] = is_resource_priority;
  table[size_t(sip::Header::session_id)] = is_session_id;
  table[size_t(sip::Header::refer_sub)] = is_refer_sub;
  return table;
}();

// RFC 3261 20.43. 399 says nothing but its text.
constexpr std::array<Caution, 11> cautions{{{300, "Incompatible network protocol"},
                                            {301, "Incompatible network address formats"},
                                            {302, "Incompatible transport protocol"},
                                            {303, "Incompatible bandwidth units"},
                                            {304, "Media type not available"},
                                            {305, "Incompatible media format"},
                                            {306, "Attribute not understood"},
                                            {307, "Session description parameter not understood"},
                                            {330, "Multicast not available"},
                                            {331, "Unicast not available"},
                                            {370, "Insufficient bandwidth"}}};

// Not here on purpose: candidate, ice-*, rtcp, crypto, fingerprint, setup, connection, ssrc, ssrc-group,
// msid, mid, group, label, extmap, cname, tool, T38VendorInfo: they address or identify the other side, or
// belong to one leg.
constexpr std::array<bool, sdp::attribute_name_count> crossing_attributes = [] {
  using enum sdp::AttributeName;
  std::array<bool, sdp::attribute_name_count> table{};
  for (sdp::AttributeName name : {rtpmap,
                                  fmtp,
                                  ptime,
                                  maxptime,
                                  sendrecv,
                                  sendonly,
                                  recvonly,
                                  inactive,
                                  framerate,
                                  framesize,
                                  imageattr,
                                  quality,
                                  orient,
                                  content,
                                  lang,
                                  sdplang,
                                  silence_supp,
                                  rtcp_fb,
                                  t38_fax_version,
                                  t38_max_bit_rate,
                                  t38_fax_max_buffer,
                                  t38_fax_max_datagram,
                                  t38_fax_udp_ec,
                                  t38_fax_rate_management,
                                  t38_fax_fill_bit_removal,
                                  t38_fax_transcoding_mmr,
                                  t38_fax_transcoding_jbig})
    table[size_t(name)] = true;
  return table;
}();

/// The run of characters of one class that starts at `from`.
template <class Is>
std::string_view run_at(std::string_view text, size_t from, Is is) {
  size_t end = from;
  while (end < text.size() && is(text[end])) ++end;
  return text.substr(from, end - from);
}

/// "10.0.0.1" anywhere in a run of digits and dots, leading zeros and all.
bool has_dotted_quad(std::string_view run) {
  int groups = 0;
  for (size_t i = 0; i < run.size();) {
    std::string_view digits = run_at(run, i, [](char c) { return is(c, class_digit); });
    if (digits.empty()) {
      groups = 0;
      ++i;
      continue;
    }
    if (++groups == 4) return true;
    i += digits.size();
    if (i < run.size() && run[i] == '.') ++i;
  }
  return false;
}

/// IPv6 (RFC 4291 2.2) or a MAC address; a time of day ("10:20:30") is neither.
bool is_colon_address(std::string_view run) {
  auto colons = std::count(run.begin(), run.end(), ':');
  bool compressed = run.find("::") != run.npos && run.size() > 2;
  return colons >= 4 || (colons >= 2 && compressed);
}

bool shows_address(std::string_view text) {
  auto is_address_char = [](char c) { return is(c, class_hex) || c == ':' || c == '.'; };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '@' && i + 1 < text.size() && (is_label(text[i + 1]) || text[i + 1] == '[')) return true;
    if (text.substr(i, 3) == "://") return true;
  }
  for (size_t i = 0; i < text.size();) {
    std::string_view run = run_at(text, i, is_address_char);
    if (is_colon_address(run) || has_dotted_quad(run)) return true;
    i += std::max<size_t>(run.size(), 1);
  }
  return false;
}

/// "core.local": a dot between name characters, a letter right behind it.
bool shows_dotted_name(std::string_view text) {
  for (size_t i = 1; i + 1 < text.size(); ++i)
    if (text[i] == '.' && is_label(text[i - 1]) &&
        (is(text[i + 1], class_letter) || uint8_t(text[i + 1]) >= 0x80))
      return true;
  return false;
}

int hex_value(char c) { return is(c, class_digit) ? c - '0' : sip::lower(c) - 'a' + 10; }

/// Undoes percent-encoding and quoted-pairs once, in place.
std::string_view decode(std::span<char> text) {
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t left = text.size() - i;
    if (text[i] == '%' && left > 2 && is(text[i + 1], class_hex) && is(text[i + 2], class_hex)) {
      text[size++] = char(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else if (text[i] == '\\' && left > 1) {
      text[size++] = text[++i];
    } else {
      text[size++] = text[i];
    }
  }
  return {text.data(), size};
}

/// No address and no dotted name is without one of these, and nothing is encoded without one.
bool is_mark(char c) { return c == '.' || c == ':' || c == '@' || c == '%' || c == '\\'; }

/// Judges the text and what it decodes to, once and again: two readers may undo it on the way. What is too
/// long to decode, or is encoded without end, is suspect.
template <class Suspect>
bool any_form(std::string_view text, Suspect suspect) {
  if (std::none_of(text.begin(), text.end(), is_mark)) return false;
  if (suspect(text)) return true;
  if (text.find_first_of("%\\") == text.npos) return false;
  std::array<char, 2048> buffer;
  if (text.size() > buffer.size()) return true;
  std::copy(text.begin(), text.end(), buffer.begin());
  size_t size = text.size();
  for (int round = 0; round < 4; ++round) {
    std::string_view decoded = decode({buffer.data(), size});
    if (suspect(decoded)) return true;
    if (decoded.size() == size) return false;
    size = decoded.size();
  }
  return true;
}

}  // namespace

bool looks_like_address(std::string_view text) { return any_form(text, shows_address); }

bool looks_like_host(std::string_view text) {
  return any_form(text, [](std::string_view form) { return shows_address(form) || shows_dotted_name(form); });
}

bool header_crosses(const sip::Field& field, bool from_trusted) {
  const Judge is_known = crossing_headers[size_t(field.id)];
  if (field.id == sip::Header::resource_priority && !from_trusted) return false;
  return is_known && is_known(field.value);
}

std::optional<ReleaseCause> crossing_cause(std::string_view reason) {
  static constexpr std::array<std::string_view, 2> protocols{"Q.850", "SIP"};
  size_t semicolon = reason.find(';');
  if (semicolon == reason.npos) return std::nullopt;
  std::string_view name = sip::trim(reason.substr(0, semicolon));
  auto cause = sip::parameter(reason.substr(semicolon + 1), "cause");
  auto number = cause ? sip::parse_number(*cause) : std::nullopt;
  if (!number || *number > 999) return std::nullopt;
  for (std::string_view protocol : protocols)
    if (equal_ignoring_case(name, protocol)) return ReleaseCause{protocol, *number};
  return std::nullopt;
}

std::optional<Caution> crossing_warning(std::string_view warning) {
  auto code = sip::parse_number(warning.substr(0, warning.find(' ')));
  for (const Caution& caution : cautions)
    if (code == caution.code) return caution;
  return std::nullopt;
}

std::string_view crossing_charging_id(std::string_view vector) {
  constexpr size_t bytes_max = 128;
  auto id = sip::parameter(vector, "icid-value");
  if (!id || id->size() > bytes_max || looks_like_host(*id)) return {};
  std::string_view inside = *id;
  if (inside.size() > 2 && inside.front() == '"' && inside.back() == '"')
    inside = inside.substr(1, inside.size() - 2);
  return sip::all(inside, sip::class_token) ? *id : std::string_view{};
}

bool attribute_crosses(sdp::AttributeName name) { return crossing_attributes[size_t(name)]; }

bool attribute_crosses(const sdp::Line& line) {
  if (line.type != 'a' || !attribute_crosses(line.name)) return false;
  if (sdp::is_direction(line.name)) return !line.has_attribute_value();
  return !looks_like_host(line.attribute_value());
}

}  // namespace sbc::policy
