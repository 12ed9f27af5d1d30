#include "dataplane/sip/head.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "dataplane/sip/field_scan.h"
#include "dataplane/sip/header_table.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {
namespace {

constexpr size_t stun_header_bytes = 20;

bool is_blank(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0' || is(c, class_space); });
}

/// "SIP/", in any case, begins the line or a word of it. Anything else on our port is another protocol.
bool names_sip(std::string_view line) {
  for (size_t at = 0; at != line.npos; at = line.find(' ', at + 1)) {
    size_t word = at == 0 ? 0 : at + 1;
    if (equal_ignoring_case(line.substr(word, 4), "SIP/")) return true;
  }
  return false;
}

Kind kind_of_line(std::string_view line) {
  if (line.size() >= 4 && equal_ignoring_case(first(line, 4), "SIP/")) return Kind::response;
  return ends_with(line, " SIP/2.0") || names_sip(line) ? Kind::request : Kind::junk;
}

/// NUL is allowed as a quoted-pair of a quoted string and nowhere else (RFC 3261 25.1, RFC 4475 3.1.1.2).
bool nul_is_quoted(std::string_view value) {
  bool quoted = false;
  for (size_t at = 0; at < value.size(); ++at) {
    if (value[at] == '\0') return false;
    if (value[at] == '"') quoted = !quoted;
    if (value[at] == '\\' && quoted) ++at;
  }
  return true;
}

/// Of what follows leading CRLFs, where it need not be looked at line by line.
Kind kind_by_first_byte(std::string_view text) {
  if (text.empty() || (!is(text[0], class_token) && is_blank(text))) return Kind::keepalive;
  if (uint8_t(text[0]) < 4 && text.size() >= stun_header_bytes) return Kind::stun;
  return Kind::junk;
}

}  // namespace

Kind kind_of(std::string_view bytes) {
  while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  if (Kind kind = kind_by_first_byte(bytes); kind != Kind::junk) return kind;
  std::string_view line = bytes.substr(0, bytes.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return kind_of_line(line);
}

void Head::clear(std::string_view bytes) {
  kind_ = Kind::junk;
  reason_ = Reason::none;
  field_count_ = 0;
  deviations_ = {};
  bytes_ = bytes;
  start_line_ = {};
  rest_ = {};
  repeats_ = has_control_bytes_ = has_percent_sign_ = has_backslash_ = false;
  first_.fill(0);
}

Kind Head::read(std::string_view bytes, const MessageLimits& limits) {
  clear(bytes);
  std::string_view text = first(bytes, std::min<size_t>(bytes.size(), limits.message_bytes_max));
  while (begins_with(text, "\r\n")) {
    text.remove_prefix(2);
    deviations_.add(Deviation::empty_line_first);
  }
  if (kind_ = kind_by_first_byte(text); kind_ != Kind::junk) return kind_;
  HeadBounds bounds = index_.index_head(text);
  size_t line_end = bounds.line_feeds > 0 ? index_.line_feed(0) : bounds.end;
  start_line_ = first(text, line_end);
  if (line_end < bounds.end && start_line_.ends_with('\r')) start_line_.remove_suffix(1);
  kind_ = kind_of_line(start_line_);
  if (kind_ != Kind::junk) {
    rest_ = behind(text, bounds.end);
    read_lines(text, bounds, limits);
  }
  return kind_;
}

/// The start line is never joined with the next one; a field is, where the next line begins with white space
/// (RFC 3261 7.3.1).
void Head::read_lines(std::string_view text, const HeadBounds& bounds, const MessageLimits& limits) {
  if (bounds.broken) note(Reason::control_bytes);
  has_control_bytes_ = bounds.broken || bounds.has_nul;
  has_percent_sign_ = bounds.has_percent_sign;
  has_backslash_ = bounds.has_backslash;
  if (bounds.line_feeds > CharacterIndex::line_feeds_max) return note(Reason::headers_too_many);
  const size_t fields = std::min<size_t>(limits.headers_max, fields_max);
  const bool usual = bounds.complete && !has_control_bytes_ && bounds.line_feeds <= fields;
  // Of a complete head, the last line is the empty one.
  const size_t lines = bounds.line_feeds - bounds.complete;
  size_t begin = bounds.line_feeds > 0 ? index_.line_feed(0) + 1 : bounds.end;
  for (size_t i = 1; i < lines; ++i) {
    if (usual) i = add_usual_lines(i, lines, begin, text, limits.header_bytes_max);
    if (i == lines) break;
    const size_t feed = index_.line_feed(i);
    if (feed + 1 < text.size() && (text[feed + 1] == ' ' || text[feed + 1] == '\t')) {
      deviations_.add(Deviation::line_folded);
      continue;
    }
    const size_t end = feed > begin && text[feed - 1] == '\r' ? feed - 1 : feed;
    if (field_count_ == fields) return note(Reason::headers_too_many);
    if (end - begin > limits.header_bytes_max) note(Reason::header_too_long);
    add_line(text.substr(begin, end - begin), bounds.has_nul);
    begin = feed + 1;
  }
  if (bounds.complete) return;
  if (begin < bounds.end && field_count_ < fields) {
    add_line(text.substr(begin, bounds.end - begin), bounds.has_nul);
  }
  note(Reason::header_bad);
}

/// "Name: value" CRLF, with one blank and in one line, as nearly all are: adds as many of them as there are
/// in a row from line `i`, which begins at `at`. Moves `at` to the first other line, and returns that. Only
/// for a complete head without control bytes: there is a byte behind each line, and its line feed follows a
/// CR.
[[gnu::always_inline]] inline size_t Head::add_usual_lines(size_t i, size_t lines, size_t& at,
                                                           std::string_view text, size_t bytes_max) {
  const uint8_t* const planes = index_.planes();
  size_t line = at, count = field_count_;
  for (; i < lines; ++i) {
    const size_t feed = index_.line_feed(i), size = feed - 1 - line;
    const char* const name = text.data() + line;
    const size_t name_size = run_length(planes, Plane::token, line);
    const char* const value = name + name_size + 2;
    const bool continues = uint8_t(text[feed + 1]) <= ' ' && text[feed + 1] != '\r';
    if (continues || size > bytes_max || name_size + 2 >= size) break;
    if (name_size - 1 >= header_name_bytes || std::memcmp(value - 2, ": ", 2) != 0) break;
    if (uint8_t(value[0]) <= ' ' || uint8_t(name[size - 1]) <= ' ') break;
    if (line + header_table::bytes_read_max(name_size) > text.size()) break;
    const Header id = header_table::header_at(name, name_size);
    std::construct_at(&table_.fields[count], Field{{name, name_size}, {value, size - name_size - 2}, id, 0});
    link(id, count++);
    line = feed + 1;
  }
  field_count_ = uint16_t(count);
  at = line;
  return i;
}

/// Any other line, the way that all readers of header fields read it.
void Head::add_line(std::string_view line, bool has_nul) {
  const FieldText field = split_field(line);
  if (field.name.empty()) return note(Reason::header_bad);
  if (has_nul && !nul_is_quoted(field.value)) note(Reason::control_bytes);
  add_field(header_of(field.name), field.name, field.value);
}

void Head::add_field(Header id, std::string_view name, std::string_view value) {
  std::construct_at(&table_.fields[field_count_], Field{name, value, id, 0});
  link(id, field_count_++);
}

/// Behind the last one of its kind.
[[gnu::always_inline]] inline void Head::link(Header id, size_t index) {
  uint16_t& first = first_[size_t(id)];
  if (first == 0) {
    first = uint16_t(index + 1);
  } else {
    table_.fields[last_.indices[size_t(id)]].next = uint16_t(index + 1);
    repeats_ = true;
  }
  last_.indices[size_t(id)] = uint16_t(index);
}

std::string_view Head::steering_call_id() const {
  const Field* first = find(Header::call_id);
  if (first == nullptr) return {};
  for (const Field* other = next(*first); other != nullptr; other = next(*other)) {
    if (other->value != first->value) return {};
  }
  return first->value;
}

std::string_view find_call_id(std::string_view bytes) {
  Head head;
  head.read(bytes);
  return head.steering_call_id();
}

}  // namespace sbc::sip
