#include "policy/signatures/layout.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>

namespace sbc::policy {
namespace {

/// The line feed before the first empty line in [at, end), or `end`.
const char* find_empty_line(const char* at, const char* end) {
#if defined(__SSE2__)
  auto equal = [](const char* from, char c) {
    return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)), _mm_set1_epi8(c));
  };
  for (; end - at >= 18; at += 16) {
    const __m128i bare = equal(at + 1, '\n'), full = _mm_and_si128(equal(at + 1, '\r'), equal(at + 2, '\n'));
    const int found = _mm_movemask_epi8(_mm_and_si128(equal(at, '\n'), _mm_or_si128(bare, full)));
    if (found != 0) return at + std::countr_zero(unsigned(found));
  }
#endif
  for (; end - at >= 2; ++at) {
    if (at[0] == '\n' && (at[1] == '\n' || (end - at >= 3 && at[1] == '\r' && at[2] == '\n'))) return at;
  }
  return end;
}

/// Offset just behind the last header line's line end; the size when no empty line ends the head.
size_t find_head_end(std::string_view message, size_t from) {
  const char* const end = message.data() + message.size();
  const char* const found = find_empty_line(message.data() + from, end);
  return found == end ? message.size() : size_t(found - message.data()) + 1;
}

std::string_view name_of_field(std::string_view field) {
  std::string_view name = field.substr(0, field.find_first_of(":\r\n"));
  while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
  return name;
}

}  // namespace

std::string_view content_of(Part part, std::string_view text) {
  if (part == Part::body) {
    text.remove_prefix(text.starts_with("\r\n") ? 2 : text.starts_with('\n') ? 1 : 0);
    return text;
  }
  if (part == Part::header) text.remove_prefix(std::min(text.find(':'), text.size() - 1) + 1);
  auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

Layout::Layout(std::string_view message) : message_(message) {
  while (start_ < message.size() && (message[start_] == '\r' || message[start_] == '\n')) ++start_;
  head_end_ = find_head_end(message, start_);
}

size_t Layout::line_begin(size_t offset) const {
  if (offset <= start_) return start_;
  size_t before = message_.rfind('\n', offset - 1);
  return before == message_.npos || before < start_ ? start_ : before + 1;
}

bool Layout::is_folded(size_t line) const {
  return line > start_ && line < head_end_ && (message_[line] == ' ' || message_[line] == '\t');
}

Place Layout::find_field(size_t offset) const {
  size_t begin = line_begin(offset);
  while (is_folded(begin)) begin = line_begin(begin - 1);
  size_t end = std::max(offset, start_);
  do {
    size_t line_end = message_.find('\n', end);
    end = line_end == message_.npos ? head_end_ : line_end + 1;
  } while (is_folded(end));
  if (begin == start_) return {Part::start_line, {}, 0, end};
  return {Part::header, name_of_field(message_.substr(begin, end - begin)), begin, end};
}

Place Layout::place_of(size_t offset) {
  if (offset >= head_end_) return {Part::body, {}, head_end_, message_.size()};
  if (offset < last_.begin || offset >= last_.end) last_ = find_field(offset);
  return last_;
}

}  // namespace sbc::policy
