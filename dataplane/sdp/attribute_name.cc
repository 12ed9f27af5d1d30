#include "dataplane/sdp/attribute_name.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace sbc::sdp {
namespace {

constexpr std::array<std::string_view, attribute_name_count> texts{
    "",
#define ATTRIBUTE(name, text) text,
#include "dataplane/sdp/attribute_names.def"
};

constexpr size_t size_max = 24;

/// A name in lower case, padded with zeros. Setting bit 5 folds the letters and leaves digits and '-' as they
/// are; no byte that may stand in a line folds into one of a name.
struct Key {
  uint64_t first = 0, second = 0, third = 0;
  friend constexpr bool operator==(const Key&, const Key&) = default;
};

constexpr Key key_of(std::string_view name) {
  std::array<uint64_t, 3> words{};
  for (size_t i = 0; i < name.size(); ++i) words[i / 8] |= uint64_t(uint8_t(name[i] | 0x20)) << i % 8 * 8;
  return {words[0], words[1], words[2]};
}

constexpr std::array<Key, attribute_name_count> keys = [] {
  std::array<Key, attribute_name_count> table{};
  for (size_t i = 1; i < texts.size(); ++i) table[i] = key_of(texts[i]);
  return table;
}();

// A perfect hash: each name has a slot of its own. The multiplier is found by trying, by the compiler.
constexpr unsigned slot_bits = 11;

constexpr size_t slot_of(const Key& key, uint64_t multiplier) {
  return size_t(((key.first ^ std::rotl(key.second, 23) ^ std::rotl(key.third, 47)) * multiplier) >>
                (64 - slot_bits));
}

constexpr bool is_perfect(uint64_t multiplier) {
  std::array<bool, size_t(1) << slot_bits> taken{};
  for (size_t i = 1; i < keys.size(); ++i) {
    bool& slot = taken[slot_of(keys[i], multiplier)];
    if (slot) return false;
    slot = true;
  }
  return true;
}

constexpr uint64_t multiplier = [] {
  uint64_t candidate = 0x9e3779b97f4a7c15u;
  while (!is_perfect(candidate)) candidate = (candidate * 6364136223846793005u + 1442695040888963407u) | 1;
  return candidate;
}();

constexpr std::array<AttributeName, size_t(1) << slot_bits> slots = [] {
  std::array<AttributeName, size_t(1) << slot_bits> table{};
  for (size_t i = 1; i < keys.size(); ++i) table[slot_of(keys[i], multiplier)] = AttributeName(i);
  return table;
}();

AttributeName look_up(const Key& key) {
  AttributeName name = slots[slot_of(key, multiplier)];
  return keys[size_t(name)] == key ? name : AttributeName::other;
}

NameInFront name_by_bytes(std::string_view value) {
  size_t size = std::min(value.find(':'), value.size());
  return {attribute_name_of(value.substr(0, size)), size};
}

}  // namespace

AttributeName attribute_name_of(std::string_view name) {
  return name.empty() || name.size() > size_max ? AttributeName::other : look_up(key_of(name));
}

std::string_view text_of(AttributeName name) { return texts[size_t(name)]; }

NameInFront name_in_front(std::string_view value, const char* readable_end) {
#if defined(__SSE2__)
  // The first 0xff bytes of the table, of any number up to 16, keep as many bytes of a block.
  alignas(32) static constexpr std::array<uint8_t, 32> kept = [] {
    std::array<uint8_t, 32> table{};
    for (size_t i = 0; i < 16; ++i) table[i] = 0xff;
    return table;
  }();
  if (readable_end - value.data() < 16) return name_by_bytes(value);
  __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(value.data()));
  int colons = _mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(':')));
  size_t size = std::min(size_t(std::countr_zero(unsigned(colons) | 1u << 16)), value.size());
  if (size == 16) return name_by_bytes(value);
  __m128i mask = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kept.data() + 16 - size));
  block = _mm_and_si128(_mm_or_si128(block, _mm_set1_epi8(0x20)), mask);
  Key key{uint64_t(_mm_cvtsi128_si64(block)), uint64_t(_mm_cvtsi128_si64(_mm_unpackhi_epi64(block, block))),
          0};
  return {look_up(key), size};
#else
  return name_by_bytes(value);
#endif
}

}  // namespace sbc::sdp
