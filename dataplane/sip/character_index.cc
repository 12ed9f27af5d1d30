#include "dataplane/sip/character_index.h"

#include <algorithm>

#include "config/types/check.h"
#include "dataplane/sip/character_index_sets.h"

namespace sbc::sip {
namespace {

using indexing::Functions;

const Functions& functions_of(Simd level) {
#if defined(__x86_64__)
  switch (level) {
    case Simd::avx512:
      return indexing::avx512;
    case Simd::avx2:
      return indexing::avx2;
    case Simd::sse42:
      return indexing::sse42;
    case Simd::scalar:
      break;
  }
#endif
  return indexing::scalar;
}

Simd best() {
  Simd level = Simd::avx512;
  while (!CharacterIndex::has_simd(level)) level = Simd(uint8_t(level) - 1);
  return level;
}

Simd level_in_use = best();
const Functions* in_use = &functions_of(level_in_use);

}  // namespace

bool CharacterIndex::has_simd(Simd level) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  switch (level) {
    case Simd::avx512:
      return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
             __builtin_cpu_supports("bmi2");
    case Simd::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
    case Simd::sse42:
      return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
    case Simd::scalar:
      break;
  }
#endif
  return level == Simd::scalar;
}

Simd CharacterIndex::simd() { return level_in_use; }

void CharacterIndex::use_simd(Simd level) {
  SBC_CHECK(has_simd(level));
  level_in_use = level;
  in_use = &functions_of(level);
}

void CharacterIndex::index_text(std::string_view text) {
  SBC_CHECK(text.size() <= bytes_max);
  data_ = text.data();
  in_use->text(text.data(), text.size(), planes_.bytes);
}

HeadBounds CharacterIndex::index_head(std::string_view text) {
  data_ = text.data();
  return in_use->head(text.data(), std::min(text.size(), bytes_max), planes_.bytes, line_feeds_.positions);
}

}  // namespace sbc::sip
