#include "policy/topology/info_body.h"

#include <algorithm>
#include <array>

#include "dataplane/sip/media_type.h"
#include "dataplane/sip/text.h"

namespace sbc::policy {
namespace {

using sip::all;
using sip::equal_ignoring_case;
using sip::trim;

/// RFC 4733's events by name, and '!' or "R" for a hook flash.
bool is_digits(std::string_view text) {
  constexpr size_t digits_max = 32;
  return !text.empty() && text.size() <= digits_max &&
         text.find_first_not_of("0123456789*#ABCDabcdRr!,") == text.npos;
}

bool is_milliseconds(std::string_view text) { return text.size() <= 5 && all(text, sip::class_digit); }

/// One number or digit, with blanks around it.
bool is_dtmf(std::string_view body) { return is_digits(trim(body)); }

/// "Signal=5" CRLF "Duration=160", as gateways write it; the second may be absent.
bool is_dtmf_relay(std::string_view body) {
  bool signalled = false;
  for (std::string_view rest = trim(body); !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    const size_t equals = std::min(line.find('='), line.size());
    const std::string_view name = sip::trim_right(line.substr(0, equals));
    const std::string_view value = trim(line.substr(std::min(equals + 1, line.size())));
    const bool signal = equal_ignoring_case(name, "Signal");
    if (signal ? !is_digits(value) : !equal_ignoring_case(name, "Duration") || !is_milliseconds(value))
      return false;
    signalled = signalled || signal;
  }
  return signalled;
}

/// RFC 5168 without the elements that hold free text: a request for a full picture.
bool is_media_control(std::string_view body) {
  static constexpr std::array<std::string_view, 12> words{
      "xml",           "version",      "1",         "0", "encoding", "utf-8", "standalone", "yes", "no",
      "media_control", "vc_primitive", "to_encoder"};
  constexpr std::string_view picture = "picture_fast_update";
  constexpr std::string_view marks = "<>/?=\"'. \t\r\n";
  bool asks = false;
  while (!body.empty()) {
    const size_t blank = std::min(body.find_first_not_of(marks), body.size());
    body.remove_prefix(blank);
    const std::string_view word = body.substr(0, std::min(body.find_first_of(marks), body.size()));
    body.remove_prefix(word.size());
    if (word.empty()) continue;
    const bool known = std::any_of(words.begin(), words.end(),
                                   [&](std::string_view each) { return equal_ignoring_case(word, each); });
    if (word != picture && !known) return false;
    asks = asks || word == picture;
  }
  return asks;
}

struct Kind {
  std::string_view subtype, written;
  bool (*is_known)(std::string_view body);
};

constexpr std::array<Kind, 3> kinds{{
    {"dtmf-relay", "application/dtmf-relay", is_dtmf_relay},
    {"dtmf", "application/dtmf", is_dtmf},
    {"media_control+xml", "application/media_control+xml", is_media_control},
}};

}  // namespace

std::optional<std::string_view> crossing_info_body(std::string_view content_type, std::string_view body) {
  if (body.empty()) return std::string_view{};
  const sip::MediaType type = sip::parse_media_type(content_type);
  for (const Kind& kind : kinds) {
    if (type.is("application", kind.subtype) && kind.is_known(body)) return kind.written;
  }
  return std::nullopt;
}

}  // namespace sbc::policy
