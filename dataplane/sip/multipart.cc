#include "dataplane/sip/multipart.h"

#include <algorithm>
#include <utility>

#include "dataplane/sip/field_scan.h"

namespace sbc::sip {
namespace {

constexpr std::string_view crlf = "\r\n", dashes = "--";

/// RFC 2046 5.1.1: bchars, no blank at the end.
bool is_boundary(std::string_view text) {
  auto is_bchar = [](char c) {
    return is(c, class_letter | class_digit) ||
           std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= PartWalk::boundary_max && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), is_bchar);
}

/// Content-Disposition; false where it is malformed.
bool read_disposition(std::string_view value, Part& part) {
  size_t semicolon = std::min(value.find(';'), value.size());
  part.disposition = trim(value.substr(0, semicolon));
  if (part.disposition.empty() || !all(part.disposition, class_token)) return false;
  std::string_view handling;
  if (semicolon < value.size() && !read_parameter(value.substr(semicolon + 1), "handling", handling))
    return false;
  part.required = !equal_ignoring_case(handling, "optional");
  return true;
}

bool is_plain_transfer_encoding(std::string_view value) {
  return equal_ignoring_case(value, "binary") || equal_ignoring_case(value, "8bit") ||
         equal_ignoring_case(value, "7bit");
}

/// One part's head, field by field.
class PartHead {
 public:
  explicit PartHead(Part& part) : part_(part) {}

  /// False where it is malformed, or says twice what may be said once.
  bool add(const FieldText& field) {
    switch (header_of(field.name)) {
      case Header::content_type:
        part_.media = parse_media_type(field.value);
        return !part_.media.type.empty() && first(typed_);
      case Header::content_disposition:
        return read_disposition(field.value, part_) && first(disposed_);
      case Header::content_encoding:
        part_.encoded = part_.encoded || !equal_ignoring_case(field.value, "identity");
        return true;
      default:
        return add_other(field);
    }
  }

 private:
  static bool first(bool& seen) { return !std::exchange(seen, true); }

  bool add_other(const FieldText& field) {
    if (equal_ignoring_case(field.name, "Content-ID")) part_.content_id = field.value;
    if (equal_ignoring_case(field.name, "Content-Transfer-Encoding"))
      part_.encoded = part_.encoded || !is_plain_transfer_encoding(field.value);
    return !field.name.empty();
  }

  Part& part_;
  bool typed_ = false, disposed_ = false;
};

/// `bytes` is a part, and the CRLF behind it, which ends the head of a part without content.
bool read_part(std::string_view bytes, Part& part) {
  part = {};
  part.media = {"text", "plain", {}};
  PartHead head(part);
  FieldScan fields(FieldScan::Front::field);
  for (std::string_view line; fields.next(bytes, line);) {
    if (!head.add(split_field(line))) return false;
  }
  if (fields.size() == 0) return false;
  size_t end = bytes.size() - crlf.size();
  size_t begin = std::min(fields.size(), end);
  part.content = bytes.substr(begin, end - begin);
  return true;
}

/// The message's own body as a part; false where its head is malformed.
bool read_whole(const Message& message, Part& part) {
  PartHead head(part);
  for (const Field& field : message.fields()) {
    bool about_body = field.id == Header::content_type || field.id == Header::content_disposition ||
                      field.id == Header::content_encoding;
    if (about_body && !head.add({field.name, field.value})) return false;
  }
  part.content = message.body();
  return true;
}

/// What nearly every body is: all of that kind, and nothing else is said of it. No message has two
/// Content-Types.
bool is_plainly(const Message& message, const PartKind& kind) {
  if (message.has(Header::content_disposition) || message.has(Header::content_encoding)) return false;
  const std::string_view type = message.value(Header::content_type);
  return type.size() == kind.type.size() + 1 + kind.subtype.size() && type.starts_with(kind.type) &&
         type[kind.type.size()] == '/' && type.ends_with(kind.subtype);
}

}  // namespace

PartWalk::PartWalk(const MediaType& multipart, std::string_view body) : rest_(body) {
  if (!read_parameter(multipart.parameters, "boundary", boundary_) || !is_boundary(boundary_)) fail();
}

bool PartWalk::fail() {
  broken_ = ended_ = true;
  return false;
}

/// What follows a boundary in its line; `at` is behind it.
bool PartWalk::end_delimiter(Delimiter& delimiter, size_t at) const {
  delimiter.last = rest_.substr(at).starts_with(dashes);
  if (delimiter.last) at += dashes.size();
  while (at < rest_.size() && (rest_[at] == ' ' || rest_[at] == '\t')) ++at;
  bool line_ends = rest_.substr(at).starts_with(crlf);
  delimiter.end = line_ends ? at + crlf.size() : at;
  return line_ends || (delimiter.last && at == rest_.size());
}

/// The first in `rest_`; none where its line is malformed.
PartWalk::Delimiter PartWalk::find_delimiter(bool first) const {
  constexpr std::string_view start = "\r\n--";
  Delimiter delimiter;
  auto ends_at = [&](size_t at) {
    return rest_.substr(at).starts_with(boundary_) && end_delimiter(delimiter, at + boundary_.size());
  };
  if (first && rest_.starts_with(dashes) && rest_.substr(dashes.size()).starts_with(boundary_)) {
    if (ends_at(dashes.size())) delimiter.begin = 0;
    return delimiter;
  }
  for (size_t at = rest_.find(start); at != rest_.npos; at = rest_.find(start, at + crlf.size())) {
    if (!rest_.substr(at + start.size()).starts_with(boundary_)) continue;
    if (ends_at(at + start.size())) delimiter.begin = at;
    break;
  }
  return delimiter;
}

bool PartWalk::next(Part& part) {
  if (ended_) return false;
  if (count_ == 0) {
    Delimiter opening = find_delimiter(true);
    if (opening.begin == rest_.npos || opening.last) return fail();
    rest_.remove_prefix(opening.end);
  }
  Delimiter closing = find_delimiter(false);
  if (closing.begin == rest_.npos || count_ == parts_max) return fail();
  if (!read_part(rest_.substr(0, closing.begin + crlf.size()), part)) return fail();
  rest_.remove_prefix(closing.end);
  ended_ = closing.last;
  ++count_;
  return true;
}

Result<std::string_view> find_part(const Message& message, const PartKind& kind) {
  std::string_view found;
  if (message.body().empty()) return found;
  if (is_plainly(message, kind)) return message.body();
  const bool refusable = message.is_request() && message.method() != Method::ack;
  auto fits = [&](const Part& part) {
    bool disposed = part.disposition.empty() || equal_ignoring_case(part.disposition, kind.disposition);
    return disposed && !part.encoded && part.media.is(kind.type, kind.subtype);
  };
  auto refuses = [&](const Part& part) { return refusable && part.required; };

  Part whole;
  bool readable = read_whole(message, whole);
  if (readable && fits(whole)) return whole.content;
  if (!readable || whole.encoded || !whole.media.is("multipart", "mixed")) {
    if (refuses(whole)) return Reason::body_unsupported;
    return found;
  }

  bool refused = false, seen = false;
  PartWalk walk(whole.media, whole.content);
  for (Part part; walk.next(part);) {
    if (!fits(part)) {
      refused = refused || refuses(part);
    } else if (std::exchange(seen, true)) {
      return Reason::multipart_bad;
    } else {
      found = part.content;
    }
  }
  if (walk.broken()) return Reason::multipart_bad;
  if (refused) return Reason::body_unsupported;
  return found;
}

}  // namespace sbc::sip
