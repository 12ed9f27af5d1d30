// Cursor: reads a piece of an indexed text from front to back, one grammar element after the other. All
// parsers of this folder are written on it; none walks bytes where a plane of the index tells the end of a
// run.
//
// What parsing a message is made of is always inlined: link-time optimisation would not, and then a cursor
// lives in memory. 16 bytes, so that it travels in two registers: pass it by value. (Larger, it would go
// through the stack, and loading it from there right after it was stored stalls: that alone doubled the time
// to parse.)
#pragma once

#include <algorithm>
#include <string_view>

#include "config/types/deviation.h"
#include "dataplane/sip/character_index.h"
#include "dataplane/sip/characters.h"

namespace sbc::sip {

class Cursor {
 public:
  /// Over [at, end) of the text that `index` was made of.
  Cursor(const CharacterIndex& index, size_t at, size_t end)
      : index_(&index), at_(uint32_t(at)), end_(uint32_t(end)) {}

  bool done() const { return at_ == end_; }
  /// At the end of an element of a comma-separated list, or of everything.
  bool at_element_end() const { return at_ == end_ || data()[at_] == ','; }
  [[gnu::always_inline]] bool sees(char c) const { return at_ < end_ && data()[at_] == c; }
  [[gnu::always_inline]] bool sees_class(unsigned classes) const {
    return at_ < end_ && is(data()[at_], classes);
  }
  [[gnu::always_inline]] bool take(char c) {
    // By a branch, which is nearly always foreseen: adding the outcome would make all that follows wait for
    // it.
    if (!sees(c)) return false;
    ++at_;
    return true;
  }
  size_t at() const { return at_; }
  size_t end() const { return end_; }
  /// Of the text, not of the piece.
  const char* data() const { return index_->data(); }
  void move_to(size_t at) { at_ = uint32_t(at); }
  /// The same piece, ending earlier.
  Cursor until(size_t end) const {
    Cursor part = *this;
    part.end_ = uint32_t(end);
    return part;
  }

  std::string_view text(size_t from, size_t to) const { return {data() + from, to - from}; }
  std::string_view text_from(size_t from) const { return text(from, at_); }
  std::string_view rest() const { return text(at_, end_); }

  [[gnu::always_inline]] void skip(Plane plane) {
    at_ = uint32_t(run_end(index_->planes(), plane, at_));
    // Hardly ever, and by a branch: a minimum would make all that follows wait for it.
    if (__builtin_expect(at_ > end_, 0)) at_ = end_;
  }
  [[gnu::always_inline]] std::string_view take_run(Plane plane) {
    size_t from = at_;
    skip(plane);
    return text_from(from);
  }
  [[gnu::always_inline]] size_t find(Plane plane) const {
    return sip::find(index_->planes(), plane, at_, end_);
  }

  /// The plane's bits from `at` to `to`, at most 57 of them.
  uint64_t bits(Plane plane, size_t at, size_t to) const {
    return detail::window(index_->planes(), plane, at) & ((uint64_t(1) << (to - at)) - 1);
  }

  /// White space is one blank, nearly always: no look at the plane.
  [[gnu::always_inline]] void skip_space() {
    while (at_ < end_ && uint8_t(data()[at_]) <= ' ' && is(data()[at_], class_space)) ++at_;
  }
  [[gnu::always_inline]] void trim_end() {
    while (end_ > at_ && uint8_t(data()[end_ - 1]) <= ' ' && is(data()[end_ - 1], class_space)) --end_;
  }
  /// "%HH"; false when there is none.
  [[gnu::always_inline]] bool take_escape() {
    bool escape = end_ - at_ > 2 && data()[at_] == '%' && is(data()[at_ + 1], class_hex) &&
                  is(data()[at_ + 2], class_hex);
    at_ += escape ? 3u : 0u;
    return escape;
  }
  /// As skip(), where "%HH" counts as a member too.
  [[gnu::always_inline]] void skip_escaped(Plane plane) {
    do skip(plane);
    while (sees('%') && take_escape());
  }
  /// The cursor is at a '"': moves behind the closing one; false when there is none.
  [[gnu::always_inline]] bool skip_quoted();
  /// The cursor is at a '<': moves to the '>'; false when there is none.
  [[gnu::always_inline]] bool skip_to_close();
  /// Where the element of a comma-separated list ends that the cursor is in: at its comma, or the end. Quoted
  /// strings and <...> hide commas.
  size_t element_end() const { return element_end_from(*this); }

 private:
  // These are called, with a copy: were it by reference, the cursor would have to live in memory for it.
  static size_t quoted_end(Cursor cursor);
  static size_t element_end_from(Cursor cursor);

  const CharacterIndex* index_;
  uint32_t at_, end_;
};

/// Behind the closing '"', or beyond the end where there is none.
inline size_t Cursor::quoted_end(Cursor cursor) {
  for (size_t at = cursor.at_ + 1;
       (at = sip::find(cursor.index_->planes(), Plane::delimiter, at, cursor.end_)) < cursor.end_; ++at) {
    if (cursor.data()[at] == '"') return at + 1;
    if (cursor.data()[at] == '\\') ++at;
  }
  return size_t(cursor.end_) + 1;
}

[[gnu::always_inline]] inline bool Cursor::skip_quoted() {
  const size_t end = quoted_end(*this);
  const bool closed = end <= end_;
  at_ = closed ? uint32_t(end) : end_;
  return closed;
}

[[gnu::always_inline]] inline bool Cursor::skip_to_close() {
  for (++at_; (at_ = uint32_t(find(Plane::delimiter))) < end_; ++at_) {
    if (data()[at_] == '>') return true;
  }
  return false;
}

inline size_t Cursor::element_end_from(Cursor cursor) {
  while ((cursor.at_ = uint32_t(cursor.find(Plane::delimiter))) < cursor.end_) {
    switch (cursor.data()[cursor.at_]) {
      case ',':
        return cursor.at_;
      case '"':
        cursor.skip_quoted();
        break;
      case '<':
        cursor.skip_to_close();
        break;
      default:
        ++cursor.at_;
    }
  }
  return cursor.end_;
}

static_assert(sizeof(Cursor) == 16);

}  // namespace sbc::sip
