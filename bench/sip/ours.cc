// Ours: everything that the back-to-back user agent reads, through dataplane/sip as it does.
#include "bench/sip/parsers.h"
#include "dataplane/sip/message.h"

namespace sbc::bench {
namespace {

template <class Sink>
void read_uri(const sip::Uri& uri, Value user, Sink& sink) {
  sink.uri(user, uri.user, uri.host, uri.port);
}

template <class Sink>
bool read_start_line(const sip::Message& message, Sink& sink) {
  if (message.is_request()) {
    sink.text(Value::method, message.method_text());
    read_uri(message.request_uri(), Value::request_user, sink);
  } else {
    sink.number(Value::status, unsigned(message.status()));
    sink.text(Value::phrase, message.reason_phrase());
  }
  return true;
}

template <class Sink>
void read_via(const sip::Via& via, Sink& sink) {
  sink.text(Value::via_transport, via.transport);
  sink.bare(Value::via_host, via.host);
  sink.number(Value::via_port, via.port);
  sink.text(Value::via_branch, via.branch);
}

template <class Sink>
bool read_name_addrs(const sip::Message& message, sip::Header id, Value user, Sink& sink) {
  bool good = true;
  message.each_name_addr(id, [&](const sip::NameAddr& name_addr, Reason reason) {
    good = reason == Reason::none;
    if (good) read_uri(name_addr.uri, user, sink);
    return good;
  });
  return good;
}

template <class Sink>
void read_party(const sip::NameAddr& party, Value display, Sink& sink) {
  sink.bare(display, party.display);
  read_uri(party.uri, next(display, 1), sink);
  sink.text(next(display, 4), party.tag());
}

template <class Sink>
void read_tokens(const sip::Message& message, sip::Header id, Value kind, Sink& sink) {
  message.each_element_of(id, [&](sip::Cursor token) {
    sink.text(kind, token.rest());
    return true;
  });
}

template <class Sink>
void read_content(const sip::Message& message, Sink& sink) {
  if (const sip::Field* type = message.find(sip::Header::content_type)) {
    sip::Cursor cursor = message.head().cursor(type->value);
    const size_t begin = cursor.at();
    cursor.skip(sip::Plane::token);
    if (cursor.take('/')) cursor.skip(sip::Plane::token);
    sink.text(Value::content_type, cursor.text_from(begin));
  }
  // Parsing has read it, and made it the body's size.
  if (message.has(sip::Header::content_length)) sink.number(Value::content_length, message.body().size());
}

template <class Sink>
bool read(std::string_view bytes, Sink& sink) {
  static sip::Message message;  // large; a worker has one too
  if (message.parse(bytes) != Reason::none) return false;
  read_start_line(message, sink);
  read_party(message.from(), Value::from_display, sink);
  read_party(message.to(), Value::to_display, sink);
  sink.text(Value::call_id, message.call_id());
  sink.number(Value::cseq_number, message.cseq().number);
  sink.text(Value::cseq_method, message.cseq().method_text);
  sink.number(Value::max_forwards, message.max_forwards().value_or(0));
  for (const sip::Via& via : message.vias()) read_via(via, sink);
  bool good = read_name_addrs(message, sip::Header::contact, Value::contact_user, sink) &&
              read_name_addrs(message, sip::Header::route, Value::route_user, sink) &&
              read_name_addrs(message, sip::Header::record_route, Value::record_route_user, sink);
  read_content(message, sink);
  read_tokens(message, sip::Header::supported, Value::supported, sink);
  read_tokens(message, sip::Header::require, Value::require, sink);
  sink.text(Value::body, message.body());
  return good;
}

}  // namespace

const Parser our_parser{"ours", read<Fold>, read<Listing>};

}  // namespace sbc::bench
