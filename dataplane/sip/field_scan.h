// FieldScan: finds the header fields of a head of which more bytes may still come: a message's on a stream, a
// body part's in a multipart body (RFC 3261 7.3.1, RFC 2046 5.1). Each byte is looked at once, wherever the
// bytes are cut.
#pragma once

#include <cstddef>
#include <string_view>

namespace sbc::sip {

/// One field's line, split at its colon.
struct FieldText {
  std::string_view name;   // a token; empty when the line is no header field
  std::string_view value;  // trimmed
};
FieldText split_field(std::string_view line);

class FieldScan {
 public:
  enum class Front : bool { field, start_line };
  explicit FieldScan(Front front) : start_line_(front == Front::start_line) {}

  /// Takes the next field whose end is known: its line without the line end, folding included. `bytes` is all
  /// of the head so far, and may go on beyond it. False when there is none (yet), and after a bare CR or LF.
  bool next(std::string_view bytes, std::string_view& line);

  /// A bare CR or LF was met: two readers could see two heads.
  bool broken() const { return broken_; }
  /// Of the head in bytes, with the empty line that ends it; 0 while that has not come.
  size_t size() const { return size_; }

 private:
  bool ends_field(std::string_view bytes) const;
  bool to_next_row(std::string_view bytes);

  size_t at_ = 0;     // nothing before it is looked at again, but the fields handed out
  size_t row_ = 0;    // where the row begins that `at_` is in
  size_t field_ = 0;  // where the field begins that the row belongs to
  size_t size_ = 0;
  bool start_line_;  // the line at `field_` is one
  bool broken_ = false;
};

}  // namespace sbc::sip
