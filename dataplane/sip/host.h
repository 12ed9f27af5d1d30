// The "host" and "port" of the SIP grammar (RFC 3261 25.1, RFC 5954): shared by URIs and Via.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/sip/cursor.h"

namespace sbc::sip {

namespace detail {

/// Begins and ends in a digit or a dot. What is made of these alone must be a dotted quad.
inline bool may_be_numeric(const char* text, size_t size) {
  return size > 0 && text[0] <= '9' && text[0] != '-' && text[size - 1] <= '9' && text[size - 1] != '-';
}
/// Digits and dots alone.
bool is_numeric(std::string_view text);
/// Of at most 15 characters; `digits`: bit i where the i-th one is a digit.
bool is_numeric_but_no_quad(const char* text, size_t size, uint64_t digits);
/// The length of "[IPv6 address]" at the front of `text`; 0 = none.
size_t bracketed_length(std::string_view text);

}  // namespace detail

/// Takes a name, a dotted quad, or an IPv6 address in brackets; empty = none there.
[[gnu::always_inline]] inline std::string_view take_host(Cursor& cursor, Deviations& deviations) {
  const size_t from = cursor.at();
  if (cursor.sees('[')) {
    cursor.move_to(from + detail::bracketed_length(cursor.rest()));
    return cursor.text_from(from);
  }
  cursor.skip(Plane::host);
  while (cursor.take('_')) {
    deviations.add(Deviation::host_underscore);
    cursor.skip(Plane::host);
  }
  const size_t to = cursor.at();
  if (detail::may_be_numeric(cursor.data() + from, to - from)) {
    constexpr size_t quad_bytes_max = 15;
    const uint64_t digits = cursor.bits(Plane::digit, from, std::min(to, from + quad_bytes_max));
    if (to - from > quad_bytes_max ? detail::is_numeric(cursor.text(from, to))
                                   : detail::is_numeric_but_no_quad(cursor.data() + from, to - from, digits))
      return {};
  }
  return cursor.text(from, to);
}

/// Takes digits; the port 1..65535 that they are, or 0.
[[gnu::always_inline]] inline uint16_t take_port(Cursor& cursor) {
  const size_t from = cursor.at();
  const char* const digits = cursor.data() + from;
  const size_t most = cursor.end() - from;
  uint64_t value = 0;
  size_t count = 0;
#pragma GCC unroll 5
  for (; count < most; ++count) {
    const unsigned digit = unsigned(digits[count] - '0');
    if (digit > 9) break;
    value = std::min<uint64_t>(value * 10 + digit, 65536);
  }
  cursor.move_to(from + count);
  return value <= 65535 ? uint16_t(value) : uint16_t(0);
}

}  // namespace sbc::sip
