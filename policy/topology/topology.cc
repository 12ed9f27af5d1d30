#include "policy/topology/topology.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "dataplane/sip/text.h"

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

enum class Content : uint8_t { tokens, text };

struct CrossingHeader {
  std::string_view name;
  Content content;
};

// Not here on purpose: User-Agent, Server, Organization, Call-Info, Alert-Info, Warning, In-Reply-To,
// Session-ID, User-to-User, Geolocation, Identity and the P- headers of RFC 7315 name the other side's hosts
// or users.
constexpr std::array<CrossingHeader, 7> crossing_headers{{
    {"Subject", Content::text},
    {"Reason", Content::text},               // RFC 3326
    {"Priority", Content::tokens},           // RFC 3261 20.26
    {"Accept-Language", Content::tokens},    // RFC 3261 20.3
    {"Privacy", Content::tokens},            // RFC 3323
    {"P-Early-Media", Content::tokens},      // RFC 5009
    {"Resource-Priority", Content::tokens},  // RFC 4412
}};

// Not here on purpose: candidate, ice-*, rtcp, crypto, fingerprint, setup, connection, ssrc, ssrc-group,
// msid, mid, group, label, extmap, cname, tool, T38VendorInfo: they address or identify the other side, or
// belong to one leg.
constexpr std::array<std::string_view, 27> crossing_attributes{
    "rtpmap",
    "fmtp",
    "ptime",
    "maxptime",
    "sendrecv",
    "sendonly",
    "recvonly",
    "inactive",
    "framerate",
    "framesize",
    "imageattr",
    "quality",
    "orient",
    "content",
    "lang",
    "sdplang",
    "silenceSupp",
    "rtcp-fb",
    "T38FaxVersion",
    "T38MaxBitRate",
    "T38FaxMaxBuffer",
    "T38FaxMaxDatagram",
    "T38FaxUdpEC",
    "T38FaxRateManagement",
    "T38FaxFillBitRemoval",
    "T38FaxTranscodingMMR",
    "T38FaxTranscodingJBIG",
};

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

/// Judges the text and, where it is percent-encoded, what it decodes to. What is too long to decode is
/// suspect.
template <class Suspect>
bool either_form(std::string_view text, Suspect suspect) {
  if (suspect(text)) return true;
  if (text.find('%') == text.npos) return false;
  std::array<char, 2048> decoded;
  if (text.size() > decoded.size()) return true;
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    bool escape =
        text[i] == '%' && i + 2 < text.size() && is(text[i + 1], class_hex) && is(text[i + 2], class_hex);
    decoded[size++] = escape ? char(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return suspect(std::string_view(decoded.data(), size));
}

}  // namespace

bool looks_like_address(std::string_view text) { return either_form(text, shows_address); }

bool looks_like_host(std::string_view text) {
  return either_form(text,
                     [](std::string_view form) { return shows_address(form) || shows_dotted_name(form); });
}

bool header_crosses(const sip::Field& field) {
  for (const CrossingHeader& crossing : crossing_headers) {
    if (!equal_ignoring_case(field.name, crossing.name) &&
        !(field.id == sip::Header::subject && crossing.name == "Subject"))
      continue;
    return !(crossing.content == Content::text ? looks_like_host(field.value)
                                               : looks_like_address(field.value));
  }
  return false;
}

bool attribute_crosses(std::string_view name) {
  return std::any_of(crossing_attributes.begin(), crossing_attributes.end(),
                     [name](std::string_view crossing) { return equal_ignoring_case(name, crossing); });
}

bool attribute_crosses(const sdp::Attribute& attribute) {
  return attribute_crosses(attribute.name) && !looks_like_address(attribute.value);
}

}  // namespace sbc::policy
