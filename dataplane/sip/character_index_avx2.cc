#if defined(__x86_64__)
#include <cstring>

#include <immintrin.h>

#include "dataplane/sip/character_index_sets.h"
#include "dataplane/sip/target_region.h"

SBC_TARGET_BEGIN("avx2,bmi,bmi2,lzcnt,popcnt")
#include "dataplane/sip/character_index_loop.h"

namespace sbc::sip::indexing {
namespace {

struct Block {
  __m256i halves[2];

  static Block load(const char* at) {
    auto* from = reinterpret_cast<const __m256i*>(at);
    return {{_mm256_loadu_si256(from), _mm256_loadu_si256(from + 1)}};
  }
  static Block load_tail(const char* at, size_t size) {
    char padded[64] = {};
    std::memcpy(padded, at, size);
    return load(padded);
  }
  static uint64_t join(__m256i low, __m256i high) {
    return uint32_t(_mm256_movemask_epi8(low)) | uint64_t(uint32_t(_mm256_movemask_epi8(high))) << 32;
  }
  uint64_t equal(char c) const {
    __m256i wanted = _mm256_set1_epi8(c);
    return join(_mm256_cmpeq_epi8(halves[0], wanted), _mm256_cmpeq_epi8(halves[1], wanted));
  }
  static __m256i row(const uint8_t* sixteen) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(sixteen)));
  }
  static __m256i bit_of(__m256i bytes) {
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0f));
    return _mm256_shuffle_epi8(row(bit_of_high_nibble.data()), high);
  }
  static void list(uint64_t bits, size_t at, uint16_t* positions) { list_by_fours(bits, at, positions); }
  void planes(uint8_t* planes, size_t at) const {
    const __m256i bits[2] = {bit_of(halves[0]), bit_of(halves[1])};
    const __m256i zero = _mm256_setzero_si256();
    for (size_t plane = 0; plane < plane_count; ++plane) {
      const __m256i members = row(by_low_nibble.rows[plane]);
      auto outside = [&](int i) {
        return _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(members, halves[i]), bits[i]), zero);
      };
      store_plane(planes, Plane(plane), at, join(outside(0), outside(1)) ^ ~no_member(Plane(plane)));
    }
  }
};

}  // namespace

const Functions avx2{index_head<Block>, index_text<Block>};

}  // namespace sbc::sip::indexing
SBC_TARGET_END
#endif
