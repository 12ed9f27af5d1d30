#include "dataplane/sip/message.h"

#include <algorithm>
#include <memory>

#include "dataplane/sip/lines.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {
namespace {

/// Gathers the Call-ID fields of one message, for steering and for parsing alike.
class CallId {
 public:
  void add(std::string_view value) {
    if (!seen_) value_ = value;
    seen_ = true;
    differ_ = differ_ || value != value_;
  }
  std::string_view first() const { return value_; }
  std::string_view steering() const { return differ_ ? std::string_view{} : value_; }

 private:
  std::string_view value_;
  bool seen_ = false;
  bool differ_ = false;
};

bool is_stun(std::string_view bytes) {
  constexpr std::string_view cookie = "\x21\x12\xa4\x42";
  return bytes.size() >= 20 && uint8_t(bytes[0]) < 4 && bytes.substr(4, 4) == cookie;
}

/// CRLF, and the NULs and blanks that some phones send instead (RFC 5626 3.5.1), or a STUN request.
bool is_keepalive(std::string_view bytes) {
  bool blank =
      std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0' || is(c, class_space); });
  return blank || is_stun(bytes);
}

/// "SIP/2.0", in any case (RFC 3261 7.1).
bool is_version_2(std::string_view text) { return equal_ignoring_case(text, "SIP/2.0"); }

/// "SIP/" digits "." digits.
bool is_version(std::string_view text) {
  if (!equal_ignoring_case(text.substr(0, 4), "SIP/")) return false;
  text.remove_prefix(4);
  size_t major = span(text, class_digit);
  text.remove_prefix(major);
  return major > 0 && text.size() > 1 && text[0] == '.' && all(text.substr(1), class_digit);
}

/// A word of the start line starts like a SIP version: anything else on our port is another protocol and gets
/// no answer.
bool looks_like_sip(std::string_view line) {
  for (size_t at = 0; at != line.npos; at = line.find(' ', at + 1)) {
    size_t word = at == 0 ? 0 : at + 1;
    if (equal_ignoring_case(line.substr(word, 4), "SIP/")) return true;
  }
  return false;
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

bool is_call_id(std::string_view value) { return !value.empty() && all(value, class_visible); }

/// Fields that a message may hold once, of those whose second reading would be another message.
bool occurs_once(Header id) {
  switch (id) {
    case Header::from:
    case Header::to:
    case Header::call_id:
    case Header::cseq:
    case Header::max_forwards:
    case Header::content_type:
      return true;
    default:
      return false;
  }
}

}  // namespace

/// One run of Message::parse(). Every stage runs, whatever an earlier one found, so that a refused request
/// can be answered; the first trouble noted is the reason. The order of the stages is the precedence of the
/// reasons.
class MessageParser {
 public:
  MessageParser(Message& message, const MessageLimits& limits) : m_(message), limits_(limits) {}

  Reason run(std::string_view bytes) {
    reset(bytes);
    std::string_view head = bytes.substr(0, limits_.message_bytes_max);
    if (is_keepalive(head)) return Reason::keepalive;
    LineIndex lines(head);
    if (lines.count() == 0 || !looks_like_sip(lines.line(0))) return Reason::not_sip;
    if (bytes.size() > limits_.message_bytes_max) note(Reason::message_too_long);
    start_line(lines.line(0));
    fields(lines);
    presence();
    vias();
    dialog_values();
    cseq();
    max_forwards();
    body(lines.body());
    request_uri();
    // Nothing is ever sent in return for a response.
    return !m_.is_request_ && status_of(reason_) != 0 ? Reason::response_bad : reason_;
  }

 private:
  void note(Reason reason) {
    if (reason_ == Reason::none) reason_ = reason;
  }
  void expect(bool condition, Reason reason) {
    if (!condition) note(reason);
  }

  void reset(std::string_view bytes) {
    m_.is_request_ = false;
    m_.method_ = Method::unknown;
    m_.status_ = 0;
    m_.field_count_ = 0;
    m_.bytes_ = bytes;
    m_.method_text_ = m_.request_uri_text_ = m_.reason_phrase_ = m_.call_id_ = m_.body_ = {};
    m_.request_uri_ = {};
    m_.from_ = m_.to_ = {};
    m_.cseq_ = {};
    m_.top_via_ = {};
    m_.max_forwards_.reset();
    m_.first_.fill(0);
  }

  void start_line(std::string_view line) {
    if (line.find('\0') != line.npos || line.find('\r') != line.npos) note(Reason::control_bytes);
    m_.is_request_ = !equal_ignoring_case(line.substr(0, 4), "SIP/");
    if (m_.is_request_) {
      request_line(line);
    } else {
      status_line(line);
    }
  }

  /// Method SP Request-URI SP SIP-Version. The URI is read last: 416 means that the rest is fine.
  void request_line(std::string_view line) {
    size_t first = line.find(' '), last = line.rfind(' ');
    m_.method_text_ = line.substr(0, first);
    m_.method_ = method_of(m_.method_text_);
    std::string_view version = line.substr(last + 1);
    if (first < last) m_.request_uri_text_ = line.substr(first + 1, last - first - 1);
    if (is_version(version) && !is_version_2(version)) note(Reason::version_unsupported);
    expect(is_version_2(version) && !m_.method_text_.empty() && all(m_.method_text_, class_token) &&
               !m_.request_uri_text_.empty() && m_.request_uri_text_.find_first_of(" \t") == line.npos,
           Reason::start_line_bad);
  }

  /// SIP-Version SP 3DIGIT SP Reason-Phrase; without the second SP too, when the phrase is empty.
  void status_line(std::string_view line) {
    size_t space = line.find(' ');
    expect(is_version_2(line.substr(0, space)), Reason::response_bad);
    std::string_view rest = space == line.npos ? std::string_view{} : line.substr(space + 1);
    size_t digits = span(rest, class_digit);
    auto status = parse_number(rest.substr(0, digits));
    if (digits != 3 || *status < 100 || *status > 699 || (rest.size() > 3 && rest[3] != ' ')) {
      return note(Reason::response_bad);
    }
    m_.status_ = uint16_t(*status);
    m_.reason_phrase_ = rest.substr(std::min<size_t>(4, rest.size()));
  }

  void fields(const LineIndex& lines) {
    const size_t max = std::min<size_t>(limits_.headers_max, Message::fields_max);
    expect(!lines.broken(), Reason::control_bytes);
    for (size_t i = 1; i < lines.count(); ++i) {
      if (m_.field_count_ == max) return note(Reason::headers_too_many);
      std::string_view line = lines.line(i);
      expect(line.size() <= limits_.header_bytes_max, Reason::header_too_long);
      auto [name, value] = split_field(line);
      if (lines.has_nul()) expect(nul_is_quoted(value), Reason::control_bytes);
      if (name.empty()) {
        note(Reason::header_bad);
      } else {
        field(name, value);
      }
    }
    expect(!lines.overflowed(), Reason::headers_too_many);
    expect(lines.complete(), Reason::header_bad);
  }

  void field(std::string_view name, std::string_view value) {
    Header id = header_of(name);
    uint16_t& first = m_.first_[size_t(id)];
    if (id == Header::call_id) call_id_.add(value);
    if (first == 0) {
      first = uint16_t(m_.field_count_ + 1);
    } else if (occurs_once(id)) {
      repeated_ = true;
    }
    std::construct_at(&m_.table_.fields[m_.field_count_++], Field{id, name, value});
  }

  void presence() {
    m_.call_id_ = call_id_.first();
    expect(!m_.call_id_.empty(), Reason::call_id_missing);
    bool present = m_.has(Header::via) && m_.has(Header::from) && m_.has(Header::to) && m_.has(Header::cseq);
    expect(present, Reason::header_missing);
    expect(!repeated_, Reason::header_repeated);
    expect(is_call_id(m_.call_id_), Reason::header_bad);
  }

  void vias() {
    bool top = true;
    for (const Field& field : m_.fields()) {
      if (field.id != Header::via) continue;
      expect(!field.value.empty(), Reason::via_bad);
      for (std::string_view rest = field.value; !rest.empty();) {
        Via other;
        if (parse_via(take_element(rest), top ? m_.top_via_ : other) != Reason::none)
          return note(Reason::via_bad);
        top = false;
      }
    }
  }

  /// From and To may hold a URI of any scheme (RFC 3261 8.2.2.1).
  void dialog_values() {
    for (auto [id, result] : {std::pair{Header::from, &m_.from_}, std::pair{Header::to, &m_.to_}}) {
      if (!m_.has(id)) continue;
      Reason reason = parse_name_addr(m_.value(id), *result);
      if (reason != Reason::scheme_unsupported) note(reason);
    }
  }

  void cseq() {
    if (!m_.has(Header::cseq)) return;
    note(parse_cseq(m_.value(Header::cseq), m_.cseq_));
    if (m_.is_request_) {
      expect(m_.cseq_.method_text == m_.method_text_, Reason::cseq_bad);
    } else {
      m_.method_ = m_.cseq_.method;
      m_.method_text_ = m_.cseq_.method_text;
    }
  }

  void max_forwards() {
    if (!m_.has(Header::max_forwards)) return;
    m_.max_forwards_ = parse_number(m_.value(Header::max_forwards));
    expect(m_.max_forwards_.has_value(), Reason::header_bad);
  }

  void body(std::string_view rest) {
    m_.body_ = rest;
    std::optional<uint32_t> length;
    for (const Field& field : m_.fields()) {
      if (field.id != Header::content_length) continue;
      auto one = parse_number(field.value);
      if (!one || *one > rest.size()) return note(Reason::content_length_bad);
      if (length && *length != *one) return note(Reason::header_repeated);
      length = one;
    }
    if (length) m_.body_ = rest.substr(0, *length);
  }

  /// A Request-URI has no headers part (RFC 3261 19.1.1).
  void request_uri() {
    if (!m_.is_request_) return;
    note(parse_uri(m_.request_uri_text_, m_.request_uri_));
    expect(m_.request_uri_.headers.empty(), Reason::uri_bad);
  }

  Message& m_;
  const MessageLimits& limits_;
  Reason reason_ = Reason::none;
  CallId call_id_;
  bool repeated_ = false;
};

Reason Message::parse(std::string_view bytes, const MessageLimits& limits) {
  return MessageParser(*this, limits).run(bytes);
}

bool Message::answerable() const {
  return is_request_ && method_ != Method::ack && !top_via_.host.empty() && has(Header::from) &&
         has(Header::to) && !call_id_.empty() && has(Header::cseq);
}

const Field* Message::find(Header id) const {
  uint16_t first = first_[size_t(id)];
  return first == 0 ? nullptr : &table_.fields[first - 1u];
}

std::string_view Message::value(Header id) const {
  const Field* field = find(id);
  return field ? field->value : std::string_view{};
}

bool Message::list_has(Header id, std::string_view token) const {
  for (const Field& field : fields()) {
    if (field.id != id) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      std::string_view element = take_element(rest);
      if (equal_ignoring_case(trim_right(element.substr(0, element.find(';'))), token)) return true;
    }
  }
  return false;
}

std::string_view find_call_id(std::string_view bytes) {
  LineIndex lines(bytes);
  CallId call_id;
  for (size_t i = 1; i < lines.count(); ++i) {
    auto [name, value] = split_field(lines.line(i));
    if (header_of(name) == Header::call_id) call_id.add(value);
  }
  return call_id.steering();
}

}  // namespace sbc::sip
