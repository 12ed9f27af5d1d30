// Ruler: sofia-sip. It copies the message into a buffer of its own and parses every header that it knows.
#include <cstring>

#include <sofia-sip/msg.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>

#include "bench/sip/parsers.h"
#include "bench/sip/sofia_message.h"

namespace sbc::bench {
namespace {

template <class Sink>
void read_url(const url_t& url, Value user, Sink& sink) {
  sink.uri(user, url.url_user, url.url_host, number_of(url.url_port));
}

template <class Sink>
void read_start_line(const sip_t& sip, Sink& sink) {
  if (sip.sip_request) {
    sink.text(Value::method, sip.sip_request->rq_method_name);
    read_url(sip.sip_request->rq_url[0], Value::request_user, sink);
  } else {
    sink.number(Value::status, uint64_t(sip.sip_status->st_status));
    sink.text(Value::phrase, sip.sip_status->st_phrase);
  }
}

template <class Sink>
void read_vias(const sip_via_t* via, Sink& sink) {
  for (; via; via = via->v_next) {
    sink.text(Value::via_transport, std::strrchr(via->v_protocol, '/') + 1);
    sink.bare(Value::via_host, via->v_host);
    sink.number(Value::via_port, number_of(via->v_port));
    sink.text(Value::via_branch, via->v_branch);
  }
}

template <class Sink>
void read_party(const sip_addr_t& party, Value display, Sink& sink) {
  sink.bare(display, party.a_display);
  read_url(party.a_url[0], next(display, 1), sink);
  sink.text(next(display, 4), party.a_tag);
}

template <class Sink>
void read_contacts(const sip_contact_t* contact, Sink& sink) {
  for (; contact; contact = contact->m_next) read_url(contact->m_url[0], Value::contact_user, sink);
}

template <class Sink>
void read_routes(const sip_route_t* route, Value user, Sink& sink) {
  for (; route; route = route->r_next) read_url(route->r_url[0], user, sink);
}

template <class Sink>
void read_tokens(const msg_list_t* list, Value kind, Sink& sink) {
  for (; list; list = list->k_next) {
    for (const msg_param_t* item = list->k_items; item && *item; ++item) sink.text(kind, *item);
  }
}

template <class Sink>
void read_body(const sip_t& sip, Sink& sink) {
  if (sip.sip_max_forwards) sink.number(Value::max_forwards, sip.sip_max_forwards->mf_count);
  if (sip.sip_content_type) sink.text(Value::content_type, sip.sip_content_type->c_type);
  if (sip.sip_content_length) sink.number(Value::content_length, sip.sip_content_length->l_length);
  if (sip.sip_payload)
    sink.text(Value::body, std::string_view(sip.sip_payload->pl_data, sip.sip_payload->pl_len));
}

template <class Sink>
bool read(std::string_view bytes, Sink& sink) {
  SofiaMessage message(bytes);
  if (!message.good()) return false;
  const sip_t& sip = message.sip();
  read_start_line(sip, sink);
  read_vias(sip.sip_via, sink);
  read_party(*sip.sip_from, Value::from_display, sink);
  read_party(*sip.sip_to, Value::to_display, sink);
  sink.text(Value::call_id, sip.sip_call_id->i_id);
  sink.number(Value::cseq_number, sip.sip_cseq->cs_seq);
  sink.text(Value::cseq_method, sip.sip_cseq->cs_method_name);
  read_contacts(sip.sip_contact, sink);
  read_routes(sip.sip_route, Value::route_user, sink);
  read_routes(sip.sip_record_route, Value::record_route_user, sink);
  read_tokens(sip.sip_supported, Value::supported, sink);
  read_tokens(sip.sip_require, Value::require, sink);
  read_body(sip, sink);
  return true;
}

}  // namespace

const Parser sofia_parser{"sofia-sip", read<Fold>, read<Listing>};

}  // namespace sbc::bench
