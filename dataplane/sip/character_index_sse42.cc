#if defined(__x86_64__)
#include <cstring>

#include <immintrin.h>

#include "dataplane/sip/character_index_sets.h"
#include "dataplane/sip/target_region.h"

SBC_TARGET_BEGIN("sse4.2,popcnt")
#include "dataplane/sip/character_index_loop.h"

namespace sbc::sip::indexing {
namespace {

struct Block {
  __m128i quarters[4];

  static Block load(const char* at) {
    auto* from = reinterpret_cast<const __m128i*>(at);
    return {{_mm_loadu_si128(from), _mm_loadu_si128(from + 1), _mm_loadu_si128(from + 2),
             _mm_loadu_si128(from + 3)}};
  }
  static Block load_tail(const char* at, size_t size) {
    char padded[64] = {};
    std::memcpy(padded, at, size);
    return load(padded);
  }
  uint64_t equal(char c) const {
    uint64_t result = 0;
    for (int i = 0; i < 4; ++i)
      result |= uint64_t(_mm_movemask_epi8(_mm_cmpeq_epi8(quarters[i], _mm_set1_epi8(c)))) << (16 * i);
    return result;
  }
  static __m128i row(const uint8_t* sixteen) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(sixteen));
  }
  static void list(uint64_t bits, size_t at, uint16_t* positions) { list_by_fours(bits, at, positions); }
  void planes(uint8_t* planes, size_t at) const {
    uint64_t words[plane_count] = {};
    for (int i = 0; i < 4; ++i) {
      __m128i high = _mm_and_si128(_mm_srli_epi16(quarters[i], 4), _mm_set1_epi8(0x0f));
      __m128i bit = _mm_shuffle_epi8(row(bit_of_high_nibble.data()), high);
      for (size_t plane = 0; plane < plane_count; ++plane) {
        __m128i hit = _mm_and_si128(_mm_shuffle_epi8(row(by_low_nibble.rows[plane]), quarters[i]), bit);
        unsigned outside = unsigned(_mm_movemask_epi8(_mm_cmpeq_epi8(hit, _mm_setzero_si128())));
        words[plane] |= uint64_t(outside) << (16 * i);
      }
    }
    for (size_t plane = 0; plane < plane_count; ++plane)
      store_plane(planes, Plane(plane), at, words[plane] ^ ~no_member(Plane(plane)));
  }
};

}  // namespace

const Functions sse42{index_head<Block>, index_text<Block>};

}  // namespace sbc::sip::indexing
SBC_TARGET_END
#endif
