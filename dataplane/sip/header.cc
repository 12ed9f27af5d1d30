#include "dataplane/sip/header.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <array>
#include <cstring>

#include "dataplane/sip/characters.h"

namespace sbc::sip {
namespace {

struct Row {
  std::string_view name;
  char compact;
};

constexpr std::array<Row, header_count> rows{{
    {"", 0},
#define HEADER(id, name, compact) {name, compact},
#include "dataplane/sip/headers.def"
}};

constexpr size_t slots = 256;  // more than twice as many as names: few collisions

// Of tokens, setting this bit in each byte maps letters to lower case, and no other character to one of a
// header name.
constexpr char case_bit = 0x20;

constexpr size_t slot_of(uint32_t first_four, char last, size_t size) {
  return ((first_four + uint32_t(uint8_t(last)) * 0x01000193u + uint32_t(size) * 0x45d9f3bu) * 0x9e3779b1u) >>
         24;
}
static_assert(slots == 256);

/// Keeps the first `size` of four characters.
constexpr std::array<uint32_t, header_name_bytes + 1> first_four_of = [] {
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

/// Open addressing.
struct Table {
  std::array<Name, header_count> names{};
  std::array<Header, slots> by_slot{};
  std::array<Header, 32> by_letter{};
};

constexpr Table table = [] {
  Table made;
  for (size_t i = 1; i < header_count; ++i) {
    const std::string_view text = rows[i].name;
    Name& name = made.names[i];
    name.size = uint32_t(text.size());
    name.outside = text.size() == 32 ? 0 : ~uint32_t(0) << text.size();
    uint32_t first_four = 0;
    for (size_t k = 0; k < text.size(); ++k) {
      name.lower[k] = char(text[k] | case_bit);
      if (k < 4) first_four |= uint32_t(uint8_t(name.lower[k])) << (8 * k);
    }
    size_t slot = slot_of(first_four, name.lower[text.size() - 1], text.size());
    while (made.by_slot[slot] != Header::other) slot = (slot + 1) % slots;
    made.by_slot[slot] = Header(i);
    if (rows[i].compact != 0) made.by_letter[size_t(rows[i].compact - 'a')] = Header(i);
  }
  return made;
}();

Header compact_of(char c) {
  return is(c, class_letter) ? table.by_letter[size_t((c | case_bit) - 'a')] : Header::other;
}

/// Compares all that the longest name could have, and then looks only at what belongs to this one.
bool is_name(const char* text, const Name& name) {
#if defined(__SSE2__)
  auto equal = [&](size_t i) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
    __m128i lower = _mm_load_si128(reinterpret_cast<const __m128i*>(name.lower.data() + i));
    return uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(case_bit)), lower)));
  };
  return (equal(0) | equal(16) << 16 | name.outside) == 0xffffffff;
#else
  for (size_t i = 0; i < name.size; ++i) {
    if (char(text[i] | case_bit) != name.lower[i]) return false;
  }
  return true;
#endif
}

}  // namespace

Header header_at(const char* text, size_t size) {
  if (size > header_name_bytes) return Header::other;
  if (size < 2) return size == 0 ? Header::other : compact_of(text[0]);
  uint32_t first_four;
  std::memcpy(&first_four, text, sizeof first_four);
  first_four = (first_four | 0x20202020) & first_four_of[size];
  for (size_t slot = slot_of(first_four, char(text[size - 1] | case_bit), size);; slot = (slot + 1) % slots) {
    const Header candidate = table.by_slot[slot];
    if (candidate == Header::other) return candidate;
    const Name& name = table.names[size_t(candidate)];
    if (name.size == size && is_name(text, name)) return candidate;
  }
}

Header header_of(std::string_view name) {
  if (name.empty() || name.size() > header_name_bytes) return Header::other;
  char padded[header_name_bytes] = {};
  std::memcpy(padded, name.data(), name.size());
  return header_at(padded, name.size());
}

std::string_view text_of(Header header) { return rows[size_t(header)].name; }

}  // namespace sbc::sip
