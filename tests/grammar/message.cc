#include "tests/grammar/message.h"

namespace sbc::grammar {
namespace {

using sip::Header;

/// The full name or the compact form (RFC 3261 7.3.3), in any case.
std::string name_of(Source& source, Header id) {
  struct Compact {
    Header id;
    std::string_view name;
  };
  static constexpr Compact compact[]{
      {Header::via, "v"},          {Header::from, "f"},      {Header::to, "t"},
      {Header::call_id, "i"},      {Header::contact, "m"},   {Header::content_length, "l"},
      {Header::content_type, "c"}, {Header::supported, "k"}, {Header::subject, "s"},
      {Header::event, "o"},        {Header::refer_to, "r"}};
  std::string_view name = text_of(id);
  for (const Compact& row : compact) {
    if (row.id == id && source.chance(30)) name = row.name;
  }
  return source.chance(60) ? std::string(name) : source.any_case(name);
}

FieldText field(Source& source, Header id, std::string value) {
  return {id, name_of(source, id), std::move(value), {}, {}, {}};
}

/// Puts the elements into one value, commas and white space between them.
void join(Source& source, FieldText& list) {
  for (const std::string& element : list.elements) {
    if (!list.value.empty()) list.value += sws(source) + ',' + sws(source);
    list.value += element;
  }
}

FieldText party(Source& source, Header id, const std::string& tag) {
  FieldText one = field(source, id, "");
  one.addresses.push_back(name_addr(source, tag, false));
  one.value = one.addresses[0].text;
  return one;
}

FieldText addresses(Source& source, Header id) {
  FieldText list = field(source, id, "");
  for (size_t n = source.between(1, 3); n > 0; --n) {
    list.addresses.push_back(name_addr(source, "", id != Header::contact));
    list.elements.push_back(list.addresses.back().text);
  }
  join(source, list);
  return list;
}

FieldText vias(Source& source) {
  FieldText list = field(source, Header::via, "");
  for (size_t n = source.between(1, 3); n > 0; --n) {
    list.vias.push_back(via(source));
    list.elements.push_back(list.vias.back().text);
  }
  join(source, list);
  return list;
}

FieldText tokens(Source& source, Header id) {
  FieldText list = field(source, id, "");
  for (size_t n = source.below(5); n > 0; --n) list.elements.push_back(token(source));
  join(source, list);
  return list;
}

std::string method(Source& source) {
  if (source.chance(20)) return token(source);
  return std::string(source.pick({"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "UPDATE",
                                  "REFER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "INFO", "PUBLISH"}));
}

/// RFC 3261 25.1: word [ "@" word ].
std::string call_id(Source& source) {
  const std::string word = std::string(alphanumeric) + "-.!%*_+`'~()<>:\\\"/[]?{}";
  return source.some(word, 1, 30) + (source.chance(50) ? '@' + source.some(word, 1, 20) : "");
}

std::string padded_number(Source& source, size_t number) {
  return std::string(source.chance(10) ? "00" : "") + std::to_string(number);
}

/// What every message has.
void add_mandatory(Source& source, MessageText& message) {
  for (size_t n = source.between(1, 2); n > 0; --n) message.fields.push_back(vias(source));
  message.fields.push_back(party(source, Header::from, token(source, 20)));
  message.fields.push_back(party(source, Header::to, source.chance(50) ? token(source, 20) : ""));
  message.call_id = call_id(source);
  message.fields.push_back(field(source, Header::call_id, message.call_id));
  message.cseq = uint32_t(source.below(size_t(1) << 31));
  message.fields.push_back(
      field(source, Header::cseq, padded_number(source, message.cseq) + lws(source) + message.method));
  if (message.is_request || source.chance(20)) {
    message.max_forwards = uint32_t(source.below(256));
    message.fields.push_back(
        field(source, Header::max_forwards, padded_number(source, *message.max_forwards)));
  }
}

void add_others(Source& source, MessageText& message) {
  for (Header id : {Header::contact, Header::route, Header::record_route}) {
    if (source.chance(40)) message.fields.push_back(addresses(source, id));
  }
  for (Header id : {Header::supported, Header::allow, Header::require}) {
    if (source.chance(40)) message.fields.push_back(tokens(source, id));
  }
  for (Header id : {Header::subject, Header::user_agent, Header::server}) {
    if (source.chance(30)) message.fields.push_back(field(source, id, text(source)));
  }
  for (size_t n = source.below(3); n > 0; --n) {
    message.fields.push_back({Header::other, "X-" + token(source), text(source), {}, {}, {}});
  }
  if (!message.body.content.empty())
    message.fields.push_back(field(source, Header::content_type, message.body.content_type));
}

std::string start_line(Source& source, MessageText& message) {
  if (message.is_request) return message.method + ' ' + message.uri.text + " SIP/2.0\r\n";
  message.phrase =
      source.some("abcXYZ019 \t-_.!~*'();/?:@&=+$,", 0, 20) + (source.chance(10) ? "täglich" : "");
  return "SIP/2.0 " + std::to_string(message.status) + ' ' + message.phrase + "\r\n";
}

std::string line_of(Source& source, const FieldText& field) {
  std::string space = source.some(" \t", 0, source.chance(90) ? 0 : 3);
  std::string before = source.chance(80) ? " " : sws(source), after = source.chance(95) ? "" : lws(source);
  return field.name + space + ':' + before + field.value + after + "\r\n";
}

}  // namespace

MessageText message(Source& source) {
  MessageText message;
  message.is_request = source.chance(70);
  message.method = method(source);
  message.body = body(source);
  if (message.is_request) {
    message.uri = uri(source, UriPlace::request_line);
  } else {
    message.status = int(source.between(100, 699));
  }
  add_mandatory(source, message);
  add_others(source, message);
  source.shuffle(message.fields);
  message.bytes = (source.chance(5) ? "\r\n" : "") + start_line(source, message);
  // Over datagrams it may be left out (RFC 3261 18.3).
  size_t length_at = source.chance(70) ? source.below(message.fields.size() + 1) : message.fields.size() + 1;
  std::string length = padded_number(source, message.body.content.size());
  for (size_t i = 0; i <= message.fields.size(); ++i) {
    if (i == length_at) message.bytes += line_of(source, field(source, Header::content_length, length));
    if (i < message.fields.size()) message.bytes += line_of(source, message.fields[i]);
  }
  message.bytes += "\r\n" + message.body.content;
  return message;
}

}  // namespace sbc::grammar
