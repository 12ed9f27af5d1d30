// LineIndex: where the lines of a message's head begin and end, folded lines joined (RFC 3261 7.3.1). The
// first pass over a message, for parsing and for steering alike; the header table is built from it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbc::sip {

class LineIndex {
 public:
  static constexpr size_t lines_max = 257;  // the start line and 256 fields

  /// Indexes up to the empty line, or up to lines_max lines. CRLFs before the start line are skipped (RFC
  /// 3261 7.5). A bare LF ends a line as well, so that the message can be read and refused: broken() tells.
  explicit LineIndex(std::string_view bytes);

  size_t count() const { return count_; }
  /// Without its line end. Line 0 is the start line, which is never joined with the next.
  std::string_view line(size_t i) const {
    return bytes_.substr(spans()[i].begin, spans()[i].end - spans()[i].begin);
  }
  /// The head ends in an empty line.
  bool complete() const { return complete_; }
  /// More lines than lines_max.
  bool overflowed() const { return overflowed_; }
  /// A bare CR or LF was met.
  bool broken() const { return broken_; }
  bool has_nul() const { return has_nul_; }
  /// What follows the empty line.
  std::string_view body() const { return bytes_.substr(body_); }

 private:
  struct Span {
    uint32_t begin, end;
  };
  // Written before read, up to count_; clearing it for every message would cost more than indexing does.
  union Spans {
    Spans() {}
    std::array<Span, lines_max> array;
  };
  const std::array<Span, lines_max>& spans() const { return spans_.array; }
  bool add(size_t begin, size_t end);

  std::string_view bytes_;
  size_t count_ = 0;
  size_t body_ = 0;
  bool complete_ = false;
  bool overflowed_ = false;
  bool broken_ = false;
  bool has_nul_ = false;
  Spans spans_;
};

/// One header line split at its colon.
struct FieldText {
  std::string_view name;   // a token; empty when the line is no header field
  std::string_view value;  // trimmed
};
FieldText split_field(std::string_view line);

/// The first CR, LF or NUL in [at, end), or end.
const char* find_break(const char* at, const char* end);

}  // namespace sbc::sip
