// Ruler: GNU oSIP 2. It copies each value into a C string of its own; headers that it does not know stay as
// name and value, one for each element of a list.
#include <cstring>
#include <memory>

#include <osipparser2/osip_message.h>
#include <osipparser2/osip_parser.h>

#include "bench/sip/parsers.h"

namespace sbc::bench {
namespace {

struct Free {
  void operator()(osip_message_t* message) const { osip_message_free(message); }
};

template <class Element, class Visit>
void each(const osip_list_t& list, Visit&& visit) {
  osip_list_iterator_t at;
  for (void* element = osip_list_get_first(&list, &at); osip_list_iterator_has_elem(at);
       element = osip_list_get_next(&at))
    visit(*static_cast<Element*>(element));
}

const char* parameter(osip_list_t& list, const char* name) {
  osip_uri_param_t* found = nullptr;
  osip_uri_param_get_byname(&list, const_cast<char*>(name), &found);
  return found ? found->gvalue : nullptr;
}

/// The library leaves what follows the scheme of a tel URI as it is.
template <class Sink>
void read_uri(const osip_uri_t* uri, Value user, Sink& sink) {
  if (uri == nullptr) return;
  if (uri->string != nullptr) {
    sink.text(user, static_cast<const char*>(uri->string));
  } else {
    sink.uri(user, static_cast<const char*>(uri->username), static_cast<const char*>(uri->host),
             number_of(uri->port));
  }
}

template <class Sink>
void read_start_line(const osip_message_t& sip, Sink& sink) {
  if (MSG_IS_REQUEST(&sip)) {
    sink.text(Value::method, static_cast<const char*>(sip.sip_method));
    read_uri(sip.req_uri, Value::request_user, sink);
  } else {
    sink.number(Value::status, uint64_t(sip.status_code));
    sink.text(Value::phrase, static_cast<const char*>(sip.reason_phrase));
  }
}

template <class Sink>
void read_via(osip_via_t& via, Sink& sink) {
  sink.text(Value::via_transport, static_cast<const char*>(via.protocol));
  sink.bare(Value::via_host, static_cast<const char*>(via.host));
  sink.number(Value::via_port, number_of(via.port));
  sink.text(Value::via_branch, parameter(via.via_params, "branch"));
}

template <class Sink>
void read_party(osip_from_t& party, Value display, Sink& sink) {
  sink.bare(display, static_cast<const char*>(party.displayname));
  read_uri(party.url, next(display, 1), sink);
  sink.text(next(display, 4), parameter(party.gen_params, "tag"));
}

template <class Sink>
void read_other(const osip_header_t& header, Sink& sink) {
  const char* name = header.hname;
  const char* value = header.hvalue;
  if (std::strcmp(name, "max-forwards") == 0) {
    sink.number(Value::max_forwards, number_of(value));
  } else if (std::strcmp(name, "supported") == 0 || std::strcmp(name, "k") == 0) {
    sink.text(Value::supported, value);
  } else if (std::strcmp(name, "require") == 0) {
    sink.text(Value::require, value);
  }
}

template <class Sink>
void read_body(const osip_message_t& sip, Sink& sink) {
  if (sip.content_type)
    sink.joined(Value::content_type, static_cast<const char*>(sip.content_type->type), '/',
                static_cast<const char*>(sip.content_type->subtype));
  if (sip.content_length) sink.number(Value::content_length, number_of(sip.content_length->value));
  each<osip_body_t>(sip.bodies, [&](const osip_body_t& body) {
    sink.text(Value::body, std::string_view(body.body, body.length));
  });
}

template <class Sink>
bool read(std::string_view bytes, Sink& sink) {
  osip_message_t* made = nullptr;
  if (osip_message_init(&made) != OSIP_SUCCESS) return false;
  std::unique_ptr<osip_message_t, Free> sip(made);
  if (osip_message_parse(sip.get(), bytes.data(), bytes.size()) != OSIP_SUCCESS) return false;
  if (!sip->from || !sip->to || !sip->call_id || !sip->cseq) return false;
  read_start_line(*sip, sink);
  each<osip_via_t>(sip->vias, [&](osip_via_t& via) { read_via(via, sink); });
  read_party(*sip->from, Value::from_display, sink);
  read_party(*sip->to, Value::to_display, sink);
  sink.joined(Value::call_id, static_cast<const char*>(sip->call_id->number), '@',
              static_cast<const char*>(sip->call_id->host));
  sink.number(Value::cseq_number, number_of(sip->cseq->number));
  sink.text(Value::cseq_method, static_cast<const char*>(sip->cseq->method));
  each<osip_contact_t>(sip->contacts, [&](const osip_contact_t& contact) {
    read_uri(contact.url, Value::contact_user, sink);
  });
  each<osip_route_t>(sip->routes,
                     [&](const osip_route_t& route) { read_uri(route.url, Value::route_user, sink); });
  each<osip_record_route_t>(sip->record_routes, [&](const osip_record_route_t& route) {
    read_uri(route.url, Value::record_route_user, sink);
  });
  each<osip_header_t>(sip->headers, [&](const osip_header_t& header) { read_other(header, sink); });
  read_body(*sip, sink);
  return true;
}

}  // namespace

const Parser osip_parser{"libosip2", read<Fold>, read<Listing>};

void start_osip() { parser_init(); }

}  // namespace sbc::bench
