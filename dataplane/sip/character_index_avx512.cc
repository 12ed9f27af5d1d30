#if defined(__x86_64__)
#include <immintrin.h>

#include "dataplane/sip/character_index_sets.h"
#include "dataplane/sip/target_region.h"

// With the byte permutations of VBMI and VBMI2: without these, AVX2 is as quick.
SBC_TARGET_BEGIN("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")
#include "dataplane/sip/character_index_loop.h"

namespace sbc::sip::indexing {
namespace {

template <size_t Size>
struct Bytes {
  alignas(64) uint8_t bytes[Size];
};

/// Of a byte that belongs to no plane, as the planes have it.
constexpr uint8_t bits_of_none = [] {
  uint8_t bits = 0;
  for (size_t plane = 0; plane < plane_count; ++plane)
    bits = uint8_t(bits | marks_ends(Plane(plane)) << plane);
  return bits;
}();
/// Of each ASCII character: bit p as plane p has it.
constexpr Bytes<128> bits_of = [] {
  Bytes<128> table{};
  for (size_t c = 0; c < 128; ++c) table.bytes[c] = planes_of[c] ^ bits_of_none;
  return table;
}();
constexpr Bytes<64> zero_to_63 = [] {
  Bytes<64> table{};
  for (size_t i = 0; i < 64; ++i) table.bytes[i] = uint8_t(i);
  return table;
}();
static_assert(plane_count == 8, "a byte's bits are its planes");

struct Block {
  __m512i bytes;

  static Block load(const char* at) { return {_mm512_loadu_si512(at)}; }
  static Block load_tail(const char* at, size_t size) {
    return {_mm512_maskz_loadu_epi8((uint64_t(1) << size) - 1, at)};
  }
  uint64_t equal(char c) const { return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c)); }
  static void list(uint64_t bits, size_t at, uint16_t* positions) {
    const __m512i inside = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(zero_to_63.bytes));
    // By the compiler's own shuffle: the intrinsics start from an undefined register, of which GCC warns.
    store_positions(positions, at, __builtin_shufflevector(inside, inside, 0, 1, 2, 3));
    if (__builtin_popcountll(bits) > 32) [[unlikely]]
      store_positions(positions + 32, at, __builtin_shufflevector(inside, inside, 4, 5, 6, 7));
  }
  static void store_positions(uint16_t* to, size_t at, __m256i inside) {
    _mm512_storeu_si512(to, _mm512_add_epi16(_mm512_set1_epi16(short(at)), _mm512_cvtepu8_epi16(inside)));
  }
  void planes(uint8_t* planes, size_t at) const {
    __m512i bits = _mm512_permutex2var_epi8(_mm512_load_si512(bits_of.bytes), bytes,
                                            _mm512_load_si512(bits_of.bytes + 64));
    bits = _mm512_mask_mov_epi8(bits, _mm512_movepi8_mask(bytes), _mm512_set1_epi8(bits_of_none));
    for (size_t plane = plane_count; plane-- > 0; bits = _mm512_add_epi8(bits, bits))
      store_plane(planes, Plane(plane), at, _mm512_movepi8_mask(bits));
  }
};

}  // namespace

const Functions avx512{index_head<Block>, index_text<Block>};

}  // namespace sbc::sip::indexing
SBC_TARGET_END
#endif
