// Which header field a name is, by one look into a table and one comparison: header.h's inside, for what
// reads whole heads and has the name inlined there.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "dataplane/sip/characters.h"
#include "dataplane/sip/header.h"

namespace sbc::sip::header_table {

struct Row {
  std::string_view name;
  char compact;
};

inline constexpr std::array<Row, header_count> rows{{
    {"", 0},
#define HEADER(id, name, compact) {name, compact},
#include "dataplane/sip/headers.def"
}};

// Of tokens, setting this bit in each byte maps letters to lower case, and no other character to one of a
// header name.
inline constexpr char case_bit = 0x20;

/// What tells the names apart: the first four characters, the last one, and the size.
constexpr uint32_t key_of(uint32_t first_four, char last, size_t size) {
  return first_four + (uint32_t(uint8_t(last)) << 8) + (uint32_t(size) << 19);
}
constexpr uint32_t key_of(std::string_view name) {
  uint32_t first_four = 0;
  for (size_t k = 0; k < name.size() && k < 4; ++k)
    first_four |= uint32_t(uint8_t(name[k] | case_bit)) << (8 * k);
  return key_of(first_four, char(name.back() | case_bit), name.size());
}

inline constexpr unsigned slot_bits = 10;
constexpr size_t slot_of(uint32_t key, uint32_t factor) { return (key * factor) >> (32 - slot_bits); }

constexpr bool separates_names(uint32_t factor) {
  std::array<bool, size_t(1) << slot_bits> taken{};
  for (size_t i = 1; i < header_count; ++i) {
    bool& slot = taken[slot_of(key_of(rows[i].name), factor)];
    if (slot) return false;
    slot = true;
  }
  return true;
}

/// Gives every name a slot of its own.
inline constexpr uint32_t factor = 0x4afabd55;
static_assert(separates_names(factor), "two header names meet in a slot: choose another factor");

/// Keeps the first `size` of four characters.
inline constexpr std::array<uint32_t, header_name_bytes + 1> first_four_of = [] {
  std::array<uint32_t, header_name_bytes + 1> masks{};
  masks.fill(0xffffffff);
  for (size_t i = 0; i < 4; ++i) masks[i] = (uint32_t(1) << (8 * i)) - 1;
  return masks;
}();

struct Name {
  alignas(16) std::array<char, header_name_bytes> lower{};
  uint32_t outside = 0xffffffff;  // bit i: the i-th character is none of the name's
  uint32_t size = 0;
};

struct Table {
  std::array<Name, header_count> names{};
  std::array<Header, size_t(1) << slot_bits> by_slot{};
  std::array<Header, 32> by_letter{};
};

inline constexpr Table table = [] {
  Table made;
  for (size_t i = 1; i < header_count; ++i) {
    const std::string_view text = rows[i].name;
    Name& name = made.names[i];
    name.size = uint32_t(text.size());
    name.outside = text.size() == 32 ? 0 : ~uint32_t(0) << text.size();
    for (size_t k = 0; k < text.size(); ++k) name.lower[k] = char(text[k] | case_bit);
    made.by_slot[slot_of(key_of(text), factor)] = Header(i);
    if (rows[i].compact != 0) made.by_letter[size_t(rows[i].compact - 'a')] = Header(i);
  }
  return made;
}();

inline Header compact_of(char c) {
  return is(c, class_letter) ? table.by_letter[size_t((c | case_bit) - 'a')] : Header::other;
}

/// Names are compared by parts of so many characters.
inline constexpr size_t part_bytes = 16;

/// Whether the part from `i` on is the name's, as far as it goes.
[[gnu::always_inline]] inline bool has_part(const char* text, const Name& name, size_t i) {
#if defined(__SSE2__)
  __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
  __m128i lower = _mm_load_si128(reinterpret_cast<const __m128i*>(name.lower.data() + i));
  int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(case_bit)), lower));
  return (uint32_t(equal) | (name.outside >> i & 0xffff)) == 0xffff;
#else
  for (size_t end = std::min<size_t>(name.size, i + part_bytes); i < end; ++i) {
    if (char(text[i] | case_bit) != name.lower[i]) return false;
  }
  return true;
#endif
}

/// As many bytes header_at() may read.
constexpr size_t bytes_read_max(size_t size) { return size <= part_bytes ? part_bytes : header_name_bytes; }

/// As header_of(), of the `size` characters at `text`, from where bytes_read_max(size) can be read.
[[gnu::always_inline]] inline Header header_at(const char* text, size_t size) {
  if (size > header_name_bytes) return Header::other;
  if (size < 2) return size == 0 ? Header::other : compact_of(text[0]);
  uint32_t first_four;
  std::memcpy(&first_four, text, sizeof first_four);
  first_four = (first_four | 0x20202020) & first_four_of[size];
  const Header found =
      table.by_slot[slot_of(key_of(first_four, char(text[size - 1] | case_bit), size), factor)];
  const Name& name = table.names[size_t(found)];
  if (name.size != size || !has_part(text, name, 0)) return Header::other;
  return size <= part_bytes || has_part(text, name, part_bytes) ? found : Header::other;
}

}  // namespace sbc::sip::header_table
