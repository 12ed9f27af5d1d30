#include "dataplane/sip/character_index_loop.h"

namespace sbc::sip::indexing {
namespace {

/// Eight rows of eight bits, one a byte: row i becomes column i (Hacker's Delight 7-3).
constexpr uint64_t transpose(uint64_t rows) {
  uint64_t swapped = (rows ^ (rows >> 7)) & 0x00aa00aa00aa00aa;
  rows ^= swapped ^ (swapped << 7);
  swapped = (rows ^ (rows >> 14)) & 0x0000cccc0000cccc;
  rows ^= swapped ^ (swapped << 14);
  swapped = (rows ^ (rows >> 28)) & 0x00000000f0f0f0f0;
  return rows ^ swapped ^ (swapped << 28);
}

struct Block {
  const char* at;
  size_t size;

  static Block load(const char* at) { return {at, 64}; }
  static Block load_tail(const char* at, size_t size) { return {at, size}; }

  uint64_t equal(char c) const {
    uint64_t bits = 0;
    for (size_t i = 0; i < size; ++i) bits |= uint64_t(at[i] == c) << i;
    return bits;
  }
  static void list(uint64_t bits, size_t at, uint16_t* positions) { list_by_fours(bits, at, positions); }
  void planes(uint8_t* planes, size_t offset) const {
    uint64_t words[plane_count] = {};
    for (size_t i = 0; i < size; i += 8) {
      uint64_t rows = 0;
      for (size_t k = 0; k < 8 && i + k < size; ++k)
        rows |= uint64_t(planes_of[uint8_t(at[i + k])]) << (8 * k);
      uint64_t columns = transpose(rows);
      for (size_t plane = 0; plane < plane_count; ++plane)
        words[plane] |= (columns >> (8 * plane) & 0xff) << i;
    }
    for (size_t plane = 0; plane < plane_count; ++plane)
      store_plane(planes, Plane(plane), offset, words[plane] ^ no_member(Plane(plane)));
  }
};

}  // namespace

const Functions scalar{index_head<Block>, index_text<Block>};

}  // namespace sbc::sip::indexing
