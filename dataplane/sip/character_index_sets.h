// The character sets of CharacterIndex's planes in the forms its instruction sets look them up in, all made
// from the one table in characters.h; and the functions that each of them offers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dataplane/sip/character_index.h"
#include "dataplane/sip/characters.h"

namespace sbc::sip::indexing {

struct Functions {
  HeadBounds (*head)(const char* text, size_t size, uint8_t* planes, uint16_t* line_feeds);
  void (*text)(const char* text, size_t size, uint8_t* planes);
};
extern const Functions scalar;
#if defined(__x86_64__)
extern const Functions sse42, avx2, avx512;
#endif

constexpr bool is_member(Plane plane, int c) {
  switch (plane) {
    case Plane::digit:
      return is(char(c), class_digit);
    case Plane::token:
      return is(char(c), class_token);
    case Plane::value:
      return is(char(c), class_value);
    case Plane::user:
      return is(char(c), class_user) && c != '#';
    case Plane::host:
      return is(char(c), class_host) && c != '_';
    case Plane::uri_parameter:
      return is(char(c), class_uri_parameters);
    case Plane::space:
      return is(char(c), class_space);
    case Plane::delimiter:
      return c == '"' || c == '\\' || c == '<' || c == '>' || c == ',';
  }
  return false;
}

/// Of a byte: bit p for membership in plane p's class.
inline constexpr std::array<uint8_t, 256> planes_of = [] {
  std::array<uint8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    for (size_t plane = 0; plane < plane_count; ++plane)
      table[size_t(c)] = uint8_t(table[size_t(c)] | is_member(Plane(plane), c) << plane);
  }
  return table;
}();

static_assert(
    [] {
      for (size_t c = 128; c < 256; ++c)
        if (planes_of[c] != 0) return false;
      return true;
    }(),
    "the look-up by nibbles is for ASCII");

/// For byte shuffles: of a plane and a low nibble, bit h when the character with high nibble h (0..7) is a
/// member. The bytes above 0x7f select nothing, as a shuffle does with them.
struct NibbleTables {
  alignas(64) uint8_t rows[plane_count][16];
};
inline constexpr NibbleTables by_low_nibble = [] {
  NibbleTables tables{};
  for (size_t plane = 0; plane < plane_count; ++plane) {
    for (int c = 0; c < 128; ++c) {
      uint8_t& row = tables.rows[plane][c % 16];
      row = uint8_t(row | is_member(Plane(plane), c) << (c / 16));
    }
  }
  return tables;
}();
/// Of a high nibble: its bit in those rows.
inline constexpr std::array<uint8_t, 16> bit_of_high_nibble = {1, 2, 4, 8, 16, 32, 64, 128};

}  // namespace sbc::sip::indexing
