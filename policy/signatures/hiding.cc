#include "policy/signatures/hiding.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>

namespace sbc::policy {
namespace {

bool is_hiding(std::string_view text, size_t at) {
  const char c = text[at];
  return c == '%' || c == '\\' || (c == '\n' && at + 1 < text.size() && is_blank(text[at + 1]));
}

}  // namespace

size_t find_hiding(std::string_view text, size_t at) {
#if defined(__SSE2__)
  auto equal = [&](size_t from, char c) {
    return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from)),
                          _mm_set1_epi8(c));
  };
  for (; at + 17 <= text.size(); at += 16) {
    const __m128i blank = _mm_or_si128(equal(at + 1, ' '), equal(at + 1, '\t'));
    const __m128i fold = _mm_and_si128(equal(at, '\n'), blank);
    const int found = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(equal(at, '%'), equal(at, '\\')), fold));
    if (found != 0) return at + size_t(std::countr_zero(unsigned(found)));
  }
#endif
  while (at < text.size() && !is_hiding(text, at)) ++at;
  return at < text.size() ? at : text.npos;
}

size_t fold_size(std::string_view text, size_t at) {
  size_t end = at;
  for (;;) {
    const size_t line_end = text.substr(end, 2) == "\r\n" ? 2 : text.substr(end, 1) == "\n" ? 1 : 0;
    const size_t next = end + line_end;
    if (line_end == 0 || next >= text.size() || !is_blank(text[next])) return end - at;
    for (end = next; end < text.size() && is_blank(text[end]);) ++end;
  }
}

}  // namespace sbc::policy
