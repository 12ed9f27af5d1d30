// Ours: everything that the back-to-back user agent reads, through dataplane/sip as it does.
#include "bench/sip/parsers.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/text.h"

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
bool read_vias(std::string_view value, Sink& sink) {
  bool good = true;
  sip::each_element(value, [&](std::string_view element) {
    sip::Via via;
    good = sip::parse_via(element, via) == Reason::none;
    if (good) read_via(via, sink);
    return good;
  });
  return good;
}

template <class Sink>
bool read_name_addrs(std::string_view value, Value user, Sink& sink) {
  bool good = true;
  sip::each_element(value, [&](std::string_view element) {
    sip::NameAddr name_addr;
    good = sip::parse_name_addr(element, name_addr) == Reason::none;
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
void read_tokens(std::string_view value, Value kind, Sink& sink) {
  sip::each_element(value, [&](std::string_view token) {
    sink.text(kind, token);
    return true;
  });
}

template <class Sink>
bool read_field(const sip::Field& field, Sink& sink) {
  switch (field.id) {
    case sip::Header::via:
      return read_vias(field.value, sink);
    case sip::Header::contact:
      return read_name_addrs(field.value, Value::contact_user, sink);
    case sip::Header::route:
      return read_name_addrs(field.value, Value::route_user, sink);
    case sip::Header::record_route:
      return read_name_addrs(field.value, Value::record_route_user, sink);
    case sip::Header::content_type:
      sink.text(Value::content_type, sip::trim_right(field.value.substr(0, field.value.find(';'))));
      return true;
    case sip::Header::content_length:
      sink.number(Value::content_length, sip::parse_number(field.value).value_or(0));
      return true;
    case sip::Header::supported:
      read_tokens(field.value, Value::supported, sink);
      return true;
    case sip::Header::require:
      read_tokens(field.value, Value::require, sink);
      return true;
    default:
      return true;
  }
}

template <class Sink>
bool read(std::string_view bytes, Sink& sink) {
  sip::Message message;
  if (message.parse(bytes) != Reason::none) return false;
  read_start_line(message, sink);
  read_party(message.from(), Value::from_display, sink);
  read_party(message.to(), Value::to_display, sink);
  sink.text(Value::call_id, message.call_id());
  sink.number(Value::cseq_number, message.cseq().number);
  sink.text(Value::cseq_method, message.cseq().method_text);
  sink.number(Value::max_forwards, message.max_forwards().value_or(0));
  bool good = true;
  for (const sip::Field& field : message.fields()) good = good && read_field(field, sink);
  sink.text(Value::body, message.body());
  return good;
}

}  // namespace

const Parser our_parser{"ours", read<Fold>, read<Listing>};

}  // namespace sbc::bench
