#include <array>
#include <cstring>

#include "config/types/check.h"
#include "dataplane/sip/character_index.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

using sip::CharacterIndex;
using sip::HeadBounds;
using sip::Simd;

struct Indexed {
  CharacterIndex whole, head;
  HeadBounds bounds;
};

void index(std::string_view bytes, Simd level, Indexed& result) {
  CharacterIndex::use_simd(level);
  result.whole.index_text(bytes);
  result.bounds = result.head.index_head(bytes);
}

/// The word behind the last one belongs to it: runs end there.
bool same_planes(const CharacterIndex& a, const CharacterIndex& b, size_t size) {
  for (size_t plane = 0; plane < sip::plane_count; ++plane) {
    const size_t from = plane * CharacterIndex::plane_bytes;
    if (std::memcmp(a.planes() + from, b.planes() + from, (size + 63) / 64 * 8 + 8) != 0) return false;
  }
  return true;
}

bool same_head(const Indexed& a, const Indexed& b) {
  const HeadBounds &x = a.bounds, &y = b.bounds;
  if (x.end != y.end || x.line_feeds != y.line_feeds || x.complete != y.complete || x.broken != y.broken ||
      x.has_nul != y.has_nul || x.has_percent_sign != y.has_percent_sign ||
      x.has_backslash != y.has_backslash)
    return false;
  if (x.line_feeds > CharacterIndex::line_feeds_max) return true;
  for (size_t i = 0; i < x.line_feeds; ++i) {
    if (a.head.line_feed(i) != b.head.line_feed(i)) return false;
  }
  return same_planes(a.head, b.head, x.end);
}

}  // namespace

void simd(std::string_view bytes) {
  bytes = bytes.substr(0, CharacterIndex::bytes_max);
  const Simd own = CharacterIndex::simd();
  static Indexed plain, other;  // large
  index(bytes, Simd::scalar, plain);
  for (Simd level : {Simd::sse42, Simd::avx2, Simd::avx512}) {
    if (!CharacterIndex::has_simd(level)) continue;
    index(bytes, level, other);
    SBC_CHECK(same_planes(plain.whole, other.whole, bytes.size()) && same_head(plain, other));
  }
  CharacterIndex::use_simd(own);
}

}  // namespace sbc::fuzz
