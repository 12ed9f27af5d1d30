#include "policy/topology/info_body.h"

#include <algorithm>
#include <array>

#include "dataplane/sip/media_type.h"
#include "dataplane/sip/text.h"
#include "dataplane/sip/values.h"

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

struct DtmfRelay {
  std::string_view signal;
  std::string_view duration;  // empty where there is none
};

/// "Signal=5" CRLF "Duration=160", as gateways write it; the second may be absent.
std::optional<DtmfRelay> parse_dtmf_relay(std::string_view body) {
  DtmfRelay relay;
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
      return std::nullopt;
    (signal ? relay.signal : relay.duration) = value;
  }
  return relay.signal.empty() ? std::nullopt : std::optional(relay);
}

bool is_dtmf_relay(std::string_view body) { return parse_dtmf_relay(body).has_value(); }

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

constexpr std::string_view dtmf_type = "application/dtmf";

constexpr std::array<Kind, 3> kinds{{
    {"dtmf-relay", dtmf_relay_type, is_dtmf_relay},
    {"dtmf", dtmf_type, is_dtmf},
    {"media_control+xml", "application/media_control+xml", is_media_control},
}};

/// By RFC 4733's numbers.
constexpr std::string_view event_names = "0123456789*#ABCD!";

std::optional<uint8_t> event_of(char name) {
  if (name == 'R' || name == 'r') return InfoDigits::flash;
  const size_t at = event_names.find(name >= 'a' && name <= 'd' ? char(name - 'a' + 'A') : name);
  return at == event_names.npos ? std::nullopt : std::optional(uint8_t(at));
}

/// "10" to "16".
std::optional<uint8_t> event_number(std::string_view text) {
  const bool is_one = text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '6';
  return is_one ? std::optional(uint8_t(10 + text[1] - '0')) : std::nullopt;
}

uint16_t milliseconds_of(std::string_view text) {
  const auto given = sip::parse_number(text);
  if (!given || *given == 0) return InfoDigits::default_ms;
  return uint16_t(std::clamp<uint32_t>(*given, InfoDigits::least_ms, InfoDigits::most_ms));
}

}  // namespace

uint32_t InfoDigits::mask() const {
  uint32_t mask = 0;
  for (uint8_t event : events()) mask |= 1u << event;
  return mask;
}

bool InfoDigits::add(std::optional<uint8_t> event) {
  if (!event || count_ == max) return false;
  events_[count_++] = *event;
  return true;
}

bool InfoDigits::add_all(std::string_view text) {
  if (const auto number = event_number(text)) return add(number);
  return std::all_of(text.begin(), text.end(), [this](char name) { return add(event_of(name)); });
}

std::optional<InfoDigits> digits_in(std::string_view content_type, std::string_view body) {
  const auto type = crossing_info_body(content_type, body);
  InfoDigits digits;
  if (type == dtmf_type && digits.add_all(trim(body))) return digits;
  if (type != dtmf_relay_type) return std::nullopt;
  const DtmfRelay relay = *parse_dtmf_relay(body);
  digits.duration_ms_ = milliseconds_of(relay.duration);
  return digits.add_all(relay.signal) ? std::optional(digits) : std::nullopt;
}

char text_of_event(uint8_t event) { return event_names[event]; }

std::optional<std::string_view> crossing_info_body(std::string_view content_type, std::string_view body) {
  if (body.empty()) return std::string_view{};
  const sip::MediaType type = sip::parse_media_type(content_type);
  for (const Kind& kind : kinds) {
    if (type.is("application", kind.subtype) && kind.is_known(body)) return kind.written;
  }
  return std::nullopt;
}

}  // namespace sbc::policy
