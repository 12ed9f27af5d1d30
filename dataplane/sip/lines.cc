#include "dataplane/sip/lines.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>

#include "dataplane/sip/text.h"

namespace sbc::sip {

const char* find_break(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i cr = _mm_set1_epi8('\r'), lf = _mm_set1_epi8('\n'), nul = _mm_setzero_si128();
  for (; end - at >= 16; at += 16) {
    __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, cr), _mm_cmpeq_epi8(block, lf)),
                               _mm_cmpeq_epi8(block, nul));
    if (int mask = _mm_movemask_epi8(hit)) return at + std::countr_zero(unsigned(mask));
  }
#endif
  while (at < end && *at != '\r' && *at != '\n' && *at != '\0') ++at;
  return at;
}

bool LineIndex::add(size_t begin, size_t end) {
  if (count_ == lines_max) {
    overflowed_ = true;
    return false;
  }
  spans_.array[count_++] = {uint32_t(begin), uint32_t(end)};
  return true;
}

LineIndex::LineIndex(std::string_view bytes) : bytes_(bytes) {
  size_t begin = 0;
  while (bytes.substr(begin).starts_with("\r\n")) begin += 2;
  const char* const end = bytes.data() + bytes.size();
  for (size_t at = begin;;) {
    size_t stop = size_t(find_break(bytes.data() + at, end) - bytes.data());
    if (stop == bytes.size()) {
      body_ = stop;
      if (begin < stop) add(begin, stop);
      return;
    }
    bool crlf = bytes[stop] == '\r' && stop + 1 < bytes.size() && bytes[stop + 1] == '\n';
    if (!crlf && bytes[stop] != '\n') {
      (bytes[stop] == '\0' ? has_nul_ : broken_) = true;
      at = stop + 1;
      continue;
    }
    if (!crlf) broken_ = true;
    at = stop + (crlf ? 2 : 1);
    if (stop == begin) {
      complete_ = true;
      body_ = at;
      return;
    }
    bool folded = count_ > 0 && at < bytes.size() && (bytes[at] == ' ' || bytes[at] == '\t');
    if (folded) continue;
    if (!add(begin, stop)) return;
    begin = at;
  }
}

FieldText split_field(std::string_view line) {
  size_t name = span(line, class_token);
  size_t colon = name;
  while (colon < line.size() && (line[colon] == ' ' || line[colon] == '\t')) ++colon;
  if (name == 0 || colon == line.size() || line[colon] != ':') return {};
  return {line.substr(0, name), trim(line.substr(colon + 1))};
}

}  // namespace sbc::sip
