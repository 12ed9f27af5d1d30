#include "policy/signatures/byte_pairs.h"

#include <algorithm>
#include <optional>

#include "policy/signatures/hex.h"
#include "policy/signatures/hiding.h"

namespace sbc::policy {
namespace {

size_t place_of(char first, char second) {
  return size_t(uint8_t(sip::lower(first))) << 8 | uint8_t(sip::lower(second));
}

std::optional<char> escape_at(std::string_view message, size_t at) {
  return message[at] == '%' ? hex_byte(message.substr(at + 1)) : std::nullopt;
}

}  // namespace

BytePairs::BytePairs(const std::vector<Signature>& signatures) {
  for (const Signature& signature : signatures) {
    const std::string& pattern = signature.pattern;
    for (size_t i = 0; i + 1 < pattern.size(); ++i) any_.add(pattern[i], pattern[i + 1]);
    if (pattern.size() > 1) {
      first_.add(pattern[0], pattern[1]);
      last_.add(pattern[pattern.size() - 2], pattern.back());
    } else if (pattern.size() == 1) {  // whatever is behind it
      for (int after = 0; after < 256; ++after) first_.add(pattern[0], char(after));
    }
  }
}

void BytePairs::Set::add(char first, char second) {
  const size_t place = place_of(first, second);
  bits_[place / 64] |= uint64_t(1) << (place % 64);
}

bool BytePairs::Set::has(char first, char second) const {
  const size_t place = place_of(first, second);
  return (bits_[place / 64] >> (place % 64) & 1) != 0;
}

/// Where the message begins or ends, the neighbour is taken to be a NUL: a scan too many does no harm.
bool BytePairs::may_occur_unescaped(std::string_view message) const {
  size_t at = message.find('%');
  char before = at > 0 && at != message.npos ? message[at - 1] : '\0';
  while (at != message.npos) {
    const std::optional<char> decoded = escape_at(message, at);
    const char here = decoded.value_or('%');
    const size_t next = at + (decoded ? 3 : 1);
    if (decoded) {
      const char after = next < message.size() ? escape_at(message, next).value_or(message[next]) : '\0';
      if (may_hold(before, here, after)) return true;
    }
    at = message.find('%', next);
    if (at != message.npos) before = at == next ? here : message[at - 1];
  }
  return false;
}

bool BytePairs::may_occur_unfolded(std::string_view message) const {
  size_t at = find_hiding(message, 0);
  while (at != message.npos) {
    const size_t line_end = at > 0 && message[at - 1] == '\r' ? at - 1 : at;
    size_t before = line_end;
    while (before > 0 && is_blank(message[before - 1])) --before;
    const size_t after = line_end + fold_size(message, line_end);
    if (after > line_end && may_hold(before > 0 ? message[before - 1] : '\0', ' ',
                                     after < message.size() ? message[after] : '\0'))
      return true;
    at = find_hiding(message, std::max(after, at + 1));
  }
  return false;
}

}  // namespace sbc::policy
