// Character classes of the SIP grammar (RFC 3261 25.1), one table look-up each; and case folding of ASCII.
//
// A class is as tolerant as noted, never stricter than the grammar. '%' belongs to the token class; in URIs
// it is no member of any class, because there it must begin a valid escape: span_escaped().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbc::sip {

enum CharacterClass : uint16_t {
  class_token = 1 << 0,
  class_digit = 1 << 1,
  class_hex = 1 << 2,
  class_space = 1 << 3,   // SP, HT and the CR, LF of folding
  class_scheme = 1 << 4,  // after the first letter
  class_user = 1 << 5,    // and '#', which phones do not escape
  class_password = 1 << 6,
  class_uri_parameters = 1 << 7,  // of the whole list: ';' and '=' too
  class_uri_headers = 1 << 8,     // of the whole list: '&' and '=' too
  class_uri_other = 1 << 9,       // RFC 2396 uric, and brackets
  class_host = 1 << 10,           // and '_', which names of Windows hosts hold
  class_number = 1 << 11,         // RFC 3966: digits, hex digits, visual separators, '*', '#', '+'
  class_value = 1 << 12,          // header parameter values: any visible character that delimits nothing here
  class_visible = 1 << 13,        // 0x21..0x7e
  class_display = 1 << 14,        // unquoted display names: tokens, LWS, and what phones forget to quote
  class_letter = 1 << 15
};

namespace detail {

constexpr void add(std::array<uint16_t, 256>& table, std::string_view characters, unsigned classes) {
  for (char c : characters) table[uint8_t(c)] = uint16_t(table[uint8_t(c)] | classes);
}

constexpr std::array<uint16_t, 256> character_table() {
  std::array<uint16_t, 256> table{};
  constexpr std::string_view digits = "0123456789";
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr unsigned uri =
      class_user | class_password | class_uri_parameters | class_uri_headers | class_uri_other;
  add(table, digits, class_token | class_digit | class_hex | class_scheme | class_host | class_number | uri);
  add(table, letters, class_token | class_scheme | class_host | class_letter | uri);
  add(table, "abcdefABCDEF", class_hex | class_number);
  add(table, "-.!%*_+`'~", class_token);
  add(table, " \t\r\n", class_space);
  add(table, "+-.", class_scheme);
  add(table, "-_.!~*'()", uri);
  add(table, "&=+$,", class_user | class_password);
  add(table, ";?/#", class_user);
  add(table, "[]/:&+$;=", class_uri_parameters);
  add(table, "[]/?:+$&=", class_uri_headers);
  add(table, ";/?:@&=+$,[]", class_uri_other);
  add(table, "-._", class_host);
  add(table, "-.()*#+", class_number);
  for (int c = 0x21; c <= 0x7e; ++c) table[size_t(c)] |= class_visible;
  for (int c = 0x20; c <= 0xff; ++c) {
    if (c == '"' || c == ';' || c == '<' || c == '>' || c == '\\' || c == 0x7f) continue;
    table[size_t(c)] |= class_display;
    if (c > 0x20 && c < 0x7f && c != ',') table[size_t(c)] |= class_value;
  }
  add(table, "\t\r\n", class_display);
  return table;
}

constexpr std::array<char, 256> lower_table() {
  std::array<char, 256> table{};
  for (int c = 0; c < 256; ++c) table[size_t(c)] = char(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  return table;
}

inline constexpr std::array<uint16_t, 256> characters = character_table();
inline constexpr std::array<char, 256> lower = lower_table();

}  // namespace detail

constexpr bool is(char c, unsigned classes) { return (detail::characters[uint8_t(c)] & classes) != 0; }
constexpr char lower(char c) { return detail::lower[uint8_t(c)]; }

/// How many characters at the front of `text`, from `at` on, belong to one of `classes`.
constexpr size_t span(std::string_view text, unsigned classes, size_t at = 0) {
  size_t end = at;
  while (end < text.size() && is(text[end], classes)) ++end;
  return end - at;
}
constexpr bool all(std::string_view text, unsigned classes) { return span(text, classes) == text.size(); }

/// As span(), where "%HH" counts as a character of the class too.
constexpr size_t span_escaped(std::string_view text, unsigned classes) {
  size_t at = 0;
  while (at < text.size()) {
    if (is(text[at], classes)) {
      ++at;
    } else if (text[at] == '%' && text.size() - at > 2 && is(text[at + 1], class_hex) &&
               is(text[at + 2], class_hex)) {
      at += 3;
    } else {
      break;
    }
  }
  return at;
}
constexpr bool all_escaped(std::string_view text, unsigned classes) {
  return span_escaped(text, classes) == text.size();
}

}  // namespace sbc::sip
