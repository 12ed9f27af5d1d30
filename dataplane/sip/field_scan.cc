#include "dataplane/sip/field_scan.h"

#include "dataplane/sip/text.h"

namespace sbc::sip {

FieldText split_field(std::string_view line) {
  const size_t name = span(line, class_token);
  size_t colon = name;
  while (colon < line.size() && (line[colon] == ' ' || line[colon] == '\t')) ++colon;
  if (name == 0 || colon == line.size() || line[colon] != ':') return {};
  return {line.substr(0, name), trim(line.substr(colon + 1))};
}

/// The row at `at_` begins something new. What looks folded behind a start line is no field either, so that
/// it may count as the start line's.
bool FieldScan::ends_field(std::string_view bytes) const {
  bool folded = bytes[row_] == ' ' || bytes[row_] == '\t';
  return at_ == row_ && field_ < row_ && !folded;
}

/// On to behind the next CRLF; false where there is none (yet).
bool FieldScan::to_next_row(std::string_view bytes) {
  size_t feed = bytes.find('\n', at_);
  size_t stop = bytes.substr(0, feed).find('\r', at_);
  if (stop == bytes.npos || stop + 1 == bytes.size()) {
    broken_ = feed != bytes.npos;
    at_ = stop == bytes.npos ? bytes.size() : stop;
    return false;
  }
  broken_ = feed != stop + 1;
  if (broken_) return false;
  if (stop == row_) size_ = stop + 2;
  at_ = row_ = stop + 2;
  return true;
}

bool FieldScan::next(std::string_view bytes, std::string_view& line) {
  while (size_ == 0 && !broken_ && at_ < bytes.size()) {
    if (ends_field(bytes)) {
      line = bytes.substr(field_, row_ - 2 - field_);
      field_ = row_;
      if (!start_line_) return true;
      start_line_ = false;
    }
    if (!to_next_row(bytes)) break;
  }
  return false;
}

}  // namespace sbc::sip
