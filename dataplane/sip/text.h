// Small operations on header text: white space (folding included), case, quoted strings (RFC 3261 25.1).
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>

#include "dataplane/sip/characters.h"

namespace sbc::sip {

// As the members of std::string_view, of which GCC makes calls: what they cost is most of what reading a
// short value does. `count` and `from` are within the text.
constexpr std::string_view first(std::string_view text, size_t count) { return {text.data(), count}; }
constexpr std::string_view behind(std::string_view text, size_t from) {
  return {text.data() + from, text.size() - from};
}
template <size_t N>
bool equals(std::string_view text, const char (&literal)[N]) {
  return text.size() == N - 1 && std::memcmp(text.data(), literal, N - 1) == 0;
}
/// By reference: loading a view as a whole that was stored in two halves just before makes the processor
/// wait.
inline bool same_text(const std::string_view& a, const std::string_view& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}
template <size_t N>
bool begins_with(std::string_view text, const char (&literal)[N]) {
  return text.size() >= N - 1 && std::memcmp(text.data(), literal, N - 1) == 0;
}
template <size_t N>
bool ends_with(std::string_view text, const char (&literal)[N]) {
  return text.size() >= N - 1 && std::memcmp(text.data() + text.size() - (N - 1), literal, N - 1) == 0;
}

constexpr std::string_view trim_right(std::string_view text) {
  while (!text.empty() && is(text.back(), class_space)) text.remove_suffix(1);
  return text;
}

constexpr std::string_view trim(std::string_view text) {
  text.remove_prefix(span(text, class_space));
  return trim_right(text);
}

/// ASCII letters compare without case.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

/// `text[at]` is '"': the position after the closing quote, npos when it is missing. "\" hides the next
/// character.
constexpr size_t quoted_end(std::string_view text, size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

#if defined(__SSE2__)
/// Bit i: the i-th of 16 bytes is CR or LF.
inline unsigned breaks_in(__m128i bytes) {
  const __m128i hits =
      _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
  return unsigned(_mm_movemask_epi8(hits));
}
#endif

/// The first CR or LF in [at, end), or end.
inline const char* find_break(const char* at, const char* end) {
#if defined(__SSE2__)
  auto sixteen = [](const char* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); };
  auto eight = [](const char* from) { return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)); };
  const char* const begin = at;
  for (; end - at >= 16; at += 16) {
    if (unsigned breaks = breaks_in(sixteen(at))) return at + std::countr_zero(breaks);
  }
  if (end - begin >= 16) {  // what is left, with some before it that are none
    const unsigned breaks = breaks_in(sixteen(end - 16));
    return breaks == 0 ? end : end - 16 + std::countr_zero(breaks);
  }
  if (end - at >= 8 && breaks_in(_mm_unpacklo_epi64(eight(at), eight(end - 8))) == 0) return end;
#endif
  while (at < end && *at != '\r' && *at != '\n') ++at;
  return at;
}

}  // namespace sbc::sip
