// Layout: where in a SIP message an offset lies, found without parsing it. It tells a match in the User-Agent
// from the same bytes in the body.
//
// A view over the message's bytes; one thread, no allocation. Lines may end in CRLF or LF alone: what the
// parser refuses later must not hide from a signature now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbc::policy {

enum class Part : uint8_t { start_line, header, body };

struct Place {
  Part part = Part::start_line;
  std::string_view header_name;  // as written; only for Part::header
  size_t begin = 0, end = 0;     // of the start line, the header field with its folding, or the body
};

/// What a regular expression looks at in the text of such a part: the start line without empty lines before
/// it, a header field's value with its folding, neither with white space around it; the body behind the empty
/// line.
std::string_view content_of(Part part, std::string_view text);

class Layout {
 public:
  explicit Layout(std::string_view message);

  /// Of any offset below the message's size. Quick where offsets come in about ascending order.
  Place place_of(size_t offset);
  /// Start line and header fields, without the empty line.
  std::string_view head() const { return message_.substr(0, head_end_); }

 private:
  size_t line_begin(size_t offset) const;
  bool is_folded(size_t line) const;
  Place find_field(size_t offset) const;

  std::string_view message_;
  size_t start_ = 0;     // of the start line, behind empty lines (RFC 3261 7.5)
  size_t head_end_ = 0;  // of the last line of the head; what follows is body
  Place last_;
};

}  // namespace sbc::policy
