// Ruler: libre. It finds the headers, splits lists and decodes From, To, CSeq and the first Via; its users
// decode the rest as they need it.
#include <algorithm>
#include <iterator>
#include <memory>

#include <re.h>

#include "bench/sip/parsers.h"

namespace sbc::bench {
namespace {

struct Release {
  void operator()(void* object) const { mem_deref(object); }
};
template <class Object>
using Owned = std::unique_ptr<Object, Release>;

std::string_view view(const pl& text) { return {text.p, text.l}; }

/// The library knows UDP, TCP and TLS in a Via; for any other transport the text is looked at.
std::string_view transport_of(const sip_via& via) {
  switch (via.tp) {
    case SIP_TRANSP_UDP:
      return "UDP";
    case SIP_TRANSP_TCP:
      return "TCP";
    case SIP_TRANSP_TLS:
      return "TLS";
    default: {
      std::string_view protocol = view(via.val).substr(0, view(via.val).find(' '));
      return protocol.substr(protocol.rfind('/') + 1);
    }
  }
}

/// A URI without '@' is a host to the library; for tel URIs (RFC 3966) that is the number.
template <class Sink>
void read_uri(const uri& from, Value user, Sink& sink) {
  if (view(from.scheme) == "tel") {
    sink.text(user, view(from.host));
  } else {
    sink.uri(user, view(from.user), view(from.host), from.port);
  }
}

template <class Sink>
void read_start_line(const sip_msg& sip, Sink& sink) {
  if (sip.req) {
    sink.text(Value::method, view(sip.met));
    read_uri(sip.uri, Value::request_user, sink);
  } else {
    sink.number(Value::status, sip.scode);
    sink.text(Value::phrase, view(sip.reason));
  }
}

template <class Sink>
bool read_via(const sip_via& via, Sink& sink) {
  pl host = pl_null, port = pl_null;
  if (uri_decode_hostport(&via.sentby, &host, &port) != 0) return false;
  sink.text(Value::via_transport, transport_of(via));
  sink.bare(Value::via_host, view(host));
  sink.number(Value::via_port, pl_isset(&port) ? pl_u32(&port) : 0);
  sink.text(Value::via_branch, view(via.branch));
  return true;
}

template <class Sink>
bool read_address(const pl& value, Value user, Sink& sink) {
  sip_addr address;
  if (sip_addr_decode(&address, &value) != 0) return false;
  read_uri(address.uri, user, sink);
  return true;
}

template <class Sink>
void read_party(const sip_taddr& party, Value display, Sink& sink) {
  sink.bare(display, view(party.dname));
  read_uri(party.uri, next(display, 1), sink);
  sink.text(next(display, 4), view(party.tag));
}

template <class Sink>
bool read_header(const sip_msg& sip, const sip_hdr& header, Sink& sink) {
  switch (header.id) {
    case SIP_HDR_VIA: {
      if (header.val.p == sip.via.val.p) return read_via(sip.via, sink);
      sip_via via;
      return sip_via_decode(&via, &header.val) == 0 && read_via(via, sink);
    }
    case SIP_HDR_CONTACT:
      return read_address(header.val, Value::contact_user, sink);
    case SIP_HDR_ROUTE:
      return read_address(header.val, Value::route_user, sink);
    case SIP_HDR_RECORD_ROUTE:
      return read_address(header.val, Value::record_route_user, sink);
    case SIP_HDR_SUPPORTED:
      sink.text(Value::supported, view(header.val));
      return true;
    case SIP_HDR_REQUIRE:
      sink.text(Value::require, view(header.val));
      return true;
    default:
      return true;
  }
}

/// Single elements of lists are found by header; the list of all headers holds whole lines.
template <class Sink>
bool read_headers(const sip_msg& sip, Sink& sink) {
  static constexpr sip_hdrid wanted[] = {SIP_HDR_VIA,          SIP_HDR_CONTACT,   SIP_HDR_ROUTE,
                                         SIP_HDR_RECORD_ROUTE, SIP_HDR_SUPPORTED, SIP_HDR_REQUIRE};
  auto visit = [](const sip_hdr* header, const sip_msg* message, void* context) {
    return !read_header(*message, *header, *static_cast<Sink*>(context));
  };
  return std::all_of(std::begin(wanted), std::end(wanted), [&](sip_hdrid id) {
    return sip_msg_hdr_apply(&sip, true, id, visit, &sink) == nullptr;
  });
}

template <class Sink>
void read_body(const sip_msg& sip, Sink& sink) {
  if (pl_isset(&sip.maxfwd)) sink.number(Value::max_forwards, pl_u32(&sip.maxfwd));
  if (pl_isset(&sip.ctyp.type))
    sink.joined(Value::content_type, view(sip.ctyp.type), '/', view(sip.ctyp.subtype));
  if (pl_isset(&sip.clen)) sink.number(Value::content_length, pl_u32(&sip.clen));
  const mbuf& buffer = *sip.mb;
  sink.text(Value::body, std::string_view(reinterpret_cast<const char*>(buffer.buf) + buffer.pos,
                                          buffer.end - buffer.pos));
}

template <class Sink>
bool read(std::string_view bytes, Sink& sink) {
  Owned<mbuf> buffer(mbuf_alloc(bytes.size()));
  if (!buffer ||
      mbuf_write_mem(buffer.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()) != 0)
    return false;
  buffer->pos = 0;
  sip_msg* made = nullptr;
  if (sip_msg_decode(&made, buffer.get()) != 0) return false;
  Owned<sip_msg> sip(made);
  read_start_line(*sip, sink);
  read_party(sip->from, Value::from_display, sink);
  read_party(sip->to, Value::to_display, sink);
  sink.text(Value::call_id, view(sip->callid));
  sink.number(Value::cseq_number, sip->cseq.num);
  sink.text(Value::cseq_method, view(sip->cseq.met));
  read_body(*sip, sink);
  return read_headers(*sip, sink);
}

}  // namespace

const Parser re_parser{"libre", read<Fold>, read<Listing>};

void start_re() { libre_init(); }

}  // namespace sbc::bench
