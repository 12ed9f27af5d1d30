// Character classes of the SDP grammars (RFC 8866 9 and those of its attributes), one table look-up each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbc::sdp {

enum CharacterClass : uint8_t {
  class_token = 1 << 0,  // RFC 8866 9
  class_digit = 1 << 1,
  class_ice = 1 << 2,     // RFC 8839 5.1: letters, digits, '+', '/'
  class_tls_id = 1 << 3,  // RFC 8842 4: these, '-', '_'
  class_rid = 1 << 4,     // RFC 8851 10: letters, digits, '-', '_'
  class_visible = 1 << 5  // 0x21..0x7e and all of UTF-8 beyond
};

namespace detail {

constexpr void add(std::array<uint8_t, 256>& table, std::string_view characters, unsigned classes) {
  for (char c : characters) table[uint8_t(c)] = uint8_t(table[uint8_t(c)] | classes);
}

inline constexpr std::array<uint8_t, 256> characters = [] {
  std::array<uint8_t, 256> table{};
  constexpr unsigned common = class_token | class_ice | class_tls_id | class_rid;
  add(table, "0123456789", common | class_digit);
  add(table, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", common);
  add(table, "!#$%&'*+-.^_`{|}~", class_token);
  add(table, "+/", class_ice | class_tls_id);
  add(table, "-_", class_tls_id | class_rid);
  for (int c = 0x21; c <= 0xff; ++c) {
    if (c != 0x7f) table[size_t(c)] |= class_visible;
  }
  return table;
}();

}  // namespace detail

constexpr bool is(char c, unsigned classes) { return (detail::characters[uint8_t(c)] & classes) != 0; }

constexpr bool all(std::string_view text, unsigned classes) {
  for (char c : text) {
    if (!is(c, classes)) return false;
  }
  return true;
}

/// One to `size_max` characters of the classes.
constexpr bool is_word_of(std::string_view text, unsigned classes, size_t size_max = ~size_t(0),
                          size_t size_min = 1) {
  return text.size() >= size_min && text.size() <= size_max && all(text, classes);
}

constexpr bool is_token(std::string_view text) { return is_word_of(text, class_token); }

}  // namespace sbc::sdp
