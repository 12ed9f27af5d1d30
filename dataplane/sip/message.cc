#include "dataplane/sip/message.h"

#include <algorithm>
#include <memory>

#include "dataplane/sip/content_length.h"
#include "dataplane/sip/text.h"

namespace sbc::sip {
namespace {

/// "SIP/" digits "." digits.
bool is_version(std::string_view text) {
  if (!equal_ignoring_case(text.substr(0, 4), "SIP/")) return false;
  text.remove_prefix(4);
  size_t major = span(text, class_digit);
  text.remove_prefix(major);
  return major > 0 && text.size() > 1 && text[0] == '.' && all(text.substr(1), class_digit);
}

/// Fields that a message may hold once, of those whose second reading would be another message.
constexpr std::array once = {Header::from, Header::to,           Header::call_id,
                             Header::cseq, Header::max_forwards, Header::content_type};

constexpr uint32_t first_cseq_max = (uint32_t(1) << 31) - 1;

}  // namespace

const Via Message::no_via{};

/// One run of Message::interpret(). Every stage runs, whatever an earlier one found, so that a refused
/// request can be answered; the first trouble noted is the reason. The order of the stages is the precedence
/// of the reasons.
class MessageParser {
 public:
  explicit MessageParser(Message& message) : m_(message), limits_(message.limits_) {}

  Reason run() {
    if (m_.bytes().size() > limits_.message_bytes_max) note(Reason::message_too_long);
    start_line(m_.head_.start_line());
    note(m_.head_.reason());
    presence();
    vias();
    routes();
    dialog_values();
    cseq();
    max_forwards();
    body(m_.head_.rest());
    request_uri();
    if (m_.deviations_.intersects(limits_.refused)) note(Reason::deviation_refused);
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

  void start_line(std::string_view line) {
    if (m_.head_.has_control_bytes() && line.find_first_of(std::string_view("\0\r", 2)) != line.npos) {
      note(Reason::control_bytes);
    }
    m_.is_request_ = m_.head_.kind() == Kind::request;
    if (m_.is_request_) {
      request_line(line);
    } else {
      status_line(line);
    }
  }

  /// Method SP Request-URI SP SIP-Version. The URI is read last: 416 means that the rest is fine.
  void request_line(std::string_view line) {
    Cursor cursor = m_.head_.cursor(line);
    const bool usual = ends_with(line, " SIP/2.0");
    const size_t space = cursor.find(Plane::space), last = usual ? line.size() - 8 : line.rfind(' ');
    m_.method_text_ = first(line, space);
    m_.method_ = method_of(m_.method_text_);
    if (space < last) m_.request_uri_text_ = line.substr(space + 1, last - space - 1);
    const bool known = usual || is_known_version(line.substr(last + 1));
    cursor.skip(Plane::token);
    bool spaced = cursor.at() == space && space > 0 && line[space] == ' ';
    cursor.move_to(space + 1);
    expect(known && spaced && !m_.request_uri_text_.empty() && cursor.find(Plane::space) == last,
           Reason::start_line_bad);
  }

  bool is_known_version(std::string_view version) {
    if (equals(version, "SIP/2.0")) return true;
    const bool other_case = equal_ignoring_case(version, "SIP/2.0");
    m_.deviations_.add_if(other_case, Deviation::version_case);
    if (!other_case && is_version(version)) note(Reason::version_unsupported);
    return other_case;
  }

  /// SIP-Version SP 3DIGIT SP Reason-Phrase; without the second SP too, when the phrase is empty.
  void status_line(std::string_view line) {
    const size_t space = line.find(' ');
    expect(is_known_version(line.substr(0, space)), Reason::response_bad);
    std::string_view rest = space == line.npos ? std::string_view{} : behind(line, space + 1);
    const size_t digits = span(rest, class_digit);
    auto status = parse_number(first(rest, digits));
    if (digits != 3 || *status < 100 || *status > 699 || (rest.size() > 3 && rest[3] != ' ')) {
      return note(Reason::response_bad);
    }
    m_.status_ = uint16_t(*status);
    m_.reason_phrase_ = behind(rest, std::min<size_t>(4, rest.size()));
    m_.deviations_.add_if(rest.size() == 3, Deviation::phrase_missing);
  }

  void presence() {
    const Head& head = m_.head_;
    expect(!head.call_id().empty(), Reason::call_id_missing);
    bool present =
        head.has(Header::via) && head.has(Header::from) && head.has(Header::to) && head.has(Header::cseq);
    expect(present, Reason::header_missing);
    if (head.has_repetition()) {
      for (Header id : once) expect(!head.occurs_again(id), Reason::header_repeated);
    }
    call_id(head.call_id());
    expect(head.call_id().size() <= limits_.call_id_bytes_max, Reason::call_id_too_long);
  }

  /// Visible characters (a superset of RFC 3261's words); most are such that one look at a plane tells.
  void call_id(std::string_view value) {
    if (value.empty()) return note(Reason::header_bad);
    Cursor cursor = m_.head_.cursor(value);
    cursor.skip(Plane::value);
    expect(cursor.done() || all(cursor.rest(), class_visible), Reason::header_bad);
  }

  void vias() {
    const size_t max = std::min<size_t>(limits_.vias_max, Message::vias_max);
    for (const Field* field = m_.find(Header::via); field != nullptr; field = m_.head_.next(*field)) {
      expect(!field->value.empty(), Reason::via_bad);
      for (Cursor rest = m_.head_.cursor(field->value); !rest.done(); rest.take(',')) {
        if (m_.via_count_ == max) return note(Reason::vias_too_many);
        Via& via = m_.vias_.array[m_.via_count_++];
        Taken taken = read_via(rest, via, m_.deviations_);
        expect(via.text.size() <= limits_.via_bytes_max, Reason::via_too_long);
        if (taken.reason != Reason::none) return note(taken.reason);
        rest.move_to(taken.end);
        expect(rest.end() - rest.at() != 1, Reason::via_bad);  // a comma, and nothing behind it
      }
    }
    if (m_.via_count_ > 0 && !m_.top_via().has_magic_cookie()) m_.deviations_.add(Deviation::branch_missing);
  }

  /// Only as many and as long as may be; they are interpreted where a dialog begins. Where all of them
  /// together could not be too many or too long, their ends are not even looked for. (What is shorter than
  /// any name-addr is refused there.)
  void routes() {
    constexpr size_t element_bytes_min = 5;  // "<a:b>"
    const size_t harmless =
        std::min<size_t>(size_t(limits_.routes_max) * element_bytes_min, limits_.route_bytes_max);
    for (Header id : {Header::route, Header::record_route}) {
      size_t bytes = 0, count = 0;
      for (const Field* field = m_.find(id); field != nullptr; field = m_.head_.next(*field)) {
        bytes += field->value.size();
      }
      if (bytes <= harmless) continue;
      m_.each_element_of(id, [&](Cursor element) {
        expect(++count <= limits_.routes_max, Reason::routes_too_many);
        expect(element.end() - element.at() <= limits_.route_bytes_max, Reason::route_too_long);
        return count <= limits_.routes_max;
      });
    }
  }

  /// From and To may hold a URI of any scheme (RFC 3261 8.2.2.1).
  void dialog_values() {
    name_addr(Header::from, m_.from_);
    name_addr(Header::to, m_.to_);
    m_.deviations_.add_if(m_.has(Header::from) && m_.from_.tag().empty(), Deviation::from_tag_missing);
  }

  void name_addr(Header id, NameAddr& result) {
    const Field* field = m_.find(id);
    if (field == nullptr) {
      result = {};
      return;
    }
    Reason reason = read_name_addr(m_.head_.cursor(field->value), result, m_.deviations_);
    if (reason != Reason::scheme_unsupported) note(reason);
  }

  void cseq() {
    const Field* field = m_.find(Header::cseq);
    if (field == nullptr) {
      m_.cseq_ = {};
      return;
    }
    note(read_cseq(m_.head_.cursor(field->value), m_.cseq_));
    if (m_.is_request_) {
      expect(same_text(m_.cseq_.method_text, m_.method_text_), Reason::cseq_bad);
      // RFC 3261 8.1.1.5; inside a dialog (12.2.1.1) it may have grown since.
      expect(m_.cseq_.number <= first_cseq_max || !m_.to_.tag().empty(), Reason::cseq_bad);
    } else {
      m_.method_ = m_.cseq_.method;
    }
  }

  void max_forwards() {
    const Field* field = m_.find(Header::max_forwards);
    if (field == nullptr) return m_.deviations_.add_if(m_.is_request_, Deviation::max_forwards_missing);
    constexpr uint32_t hops_max = 255;  // RFC 3261 20.22
    m_.max_forwards_ = parse_number(field->value);
    expect(m_.max_forwards_.has_value() && *m_.max_forwards_ <= hops_max, Reason::header_bad);
  }

  void body(std::string_view rest) {
    m_.body_ = rest;
    ContentLength length;
    for (const Field* field = m_.find(Header::content_length); field != nullptr;
         field = m_.head_.next(*field)) {
      if (Reason reason = length.add(field->value); reason != Reason::none) return note(reason);
    }
    if (length.value().value_or(0) > rest.size()) return note(Reason::content_length_bad);
    m_.deviations_.add_if(length.repeated(), Deviation::content_length_repeated);
    if (length.value()) {
      m_.deviations_.add_if(*length.value() < rest.size(), Deviation::content_length_short);
      m_.body_ = first(rest, *length.value());
    }
    m_.deviations_.add_if(!m_.body_.empty() && !m_.has(Header::content_type),
                          Deviation::content_type_missing);
  }

  /// A Request-URI has no headers part (RFC 3261 19.1.1).
  void request_uri() {
    if (m_.request_uri_text_.empty()) {
      m_.request_uri_ = {};
      return expect(!m_.is_request_, Reason::uri_bad);
    }
    note(read_uri(m_.head_.cursor(m_.request_uri_text_), m_.request_uri_, m_.deviations_));
    expect(m_.request_uri_.headers.empty(), Reason::uri_bad);
  }

  Message& m_;
  const MessageLimits& limits_;
  Reason reason_ = Reason::none;
};

Kind Message::read(std::string_view bytes, const MessageLimits& limits) {
  limits_ = limits;
  is_request_ = false;
  method_ = Method::unknown;
  status_ = 0;
  via_count_ = 0;
  method_text_ = {};
  cseq_.method_text = {};
  request_uri_text_ = {};
  reason_phrase_ = {};
  body_ = {};
  max_forwards_.reset();
  Kind kind = head_.read(bytes, limits);
  deviations_ = head_.deviations();
  return kind;
}

void Message::clear_values() {
  request_uri_ = {};
  from_ = to_ = {};
  cseq_ = {};
}

Reason Message::interpret() {
  if (head_.kind() == Kind::request || head_.kind() == Kind::response) return MessageParser(*this).run();
  clear_values();
  return head_.kind() == Kind::junk ? Reason::not_sip : Reason::keepalive;
}

Reason Message::parse(std::string_view bytes, const MessageLimits& limits) {
  read(bytes, limits);
  return interpret();
}

bool Message::answerable() const {
  return is_request_ && method_ != Method::ack && !top_via().host.empty() && has(Header::from) &&
         has(Header::to) && !call_id().empty() && has(Header::cseq);
}

bool Message::list_has(Header id, std::string_view token) const {
  bool found = false;
  each_element_of(id, [&](Cursor element) {
    std::string_view text = element.rest();
    found = equal_ignoring_case(trim_right(text.substr(0, text.find(';'))), token);
    return !found;
  });
  return found;
}

}  // namespace sbc::sip
