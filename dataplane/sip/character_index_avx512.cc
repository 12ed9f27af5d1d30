#if defined(__x86_64__)
#include <immintrin.h>

#include "dataplane/sip/character_index_sets.h"
#include "dataplane/sip/target_region.h"

SBC_TARGET_BEGIN("avx512f,avx512bw,avx512vl,bmi,bmi2,lzcnt,popcnt")
#include "dataplane/sip/character_index_loop.h"

namespace sbc::sip::indexing {
namespace {

struct Block {
  __m512i bytes;

  static Block load(const char* at) { return {_mm512_loadu_si512(at)}; }
  static Block load_tail(const char* at, size_t size) {
    return {_mm512_maskz_loadu_epi8((uint64_t(1) << size) - 1, at)};
  }
  uint64_t equal(char c) const { return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c)); }
  static __m512i row(const uint8_t* sixteen) {
    // The form with a mask: the other one starts from an undefined register, of which GCC warns.
    return _mm512_maskz_broadcast_i32x4(0xffff, _mm_loadu_si128(reinterpret_cast<const __m128i*>(sixteen)));
  }
  void planes(uint8_t* planes, size_t at) const {
    __m512i high = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), _mm512_set1_epi8(0x0f));
    __m512i bit = _mm512_shuffle_epi8(row(bit_of_high_nibble.data()), high);
    for (size_t plane = 0; plane < plane_count; ++plane) {
      __m512i hit = _mm512_shuffle_epi8(row(by_low_nibble.rows[plane]), bytes);
      store_plane(
          planes, Plane(plane), at,
          marks_ends(Plane(plane)) ? _mm512_testn_epi8_mask(hit, bit) : _mm512_test_epi8_mask(hit, bit));
    }
  }
};

}  // namespace

const Functions avx512{index_head<Block>, index_text<Block>};

}  // namespace sbc::sip::indexing
SBC_TARGET_END
#endif
