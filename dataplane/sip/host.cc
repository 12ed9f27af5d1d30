#include "dataplane/sip/host.h"

#include "config/types/address.h"
#include "dataplane/sip/characters.h"

namespace sbc::sip {
namespace {

bool is_dotted_quad(std::string_view text) {
  for (int i = 0; i < 4; ++i) {
    size_t digits = span(text, class_digit);
    if (digits == 0 || digits > 3) return false;
    unsigned value = 0;
    for (char c : text.substr(0, digits)) value = value * 10 + unsigned(c - '0');
    if (value > 255) return false;
    text.remove_prefix(digits);
    if (i < 3) {
      if (text.empty() || text[0] != '.') return false;
      text.remove_prefix(1);
    }
  }
  return text.empty();
}

size_t bracketed_length(std::string_view text) {
  size_t close = text.find(']');
  if (close == text.npos) return 0;
  std::string_view inner = text.substr(1, close - 1);
  bool plain = true, colons = false;
  for (char c : inner) {
    plain = plain && (is(c, class_hex) || c == ':' || c == '.');
    colons = colons || c == ':';
  }
  return plain && colons && IpAddress::parse(inner) ? close + 1 : 0;
}

}  // namespace

size_t host_length(std::string_view text) {
  if (text.starts_with('[')) return bracketed_length(text);
  size_t length = 0;
  bool numeric = true;
  for (; length < text.size() && is(text[length], class_host); ++length) {
    numeric = numeric && (text[length] == '.' || is(text[length], class_digit));
  }
  if (numeric && !is_dotted_quad(text.substr(0, length))) return 0;
  return length;
}

std::optional<uint16_t> parse_port(std::string_view text) {
  unsigned value = 0;
  for (char c : text) {
    if (!is(c, class_digit)) return std::nullopt;
    value = value * 10 + unsigned(c - '0');
    if (value > 65535) return std::nullopt;
  }
  if (value == 0) return std::nullopt;
  return uint16_t(value);
}

}  // namespace sbc::sip
