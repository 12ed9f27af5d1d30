#include "sbc/transaction/reply.h"

#include "sbc/transaction/text.h"

namespace sbc::transaction {
namespace {

constexpr uint16_t sip_port = 5060;

/// The sent-by host as an address, where it is one.
std::optional<IpAddress> sent_by_address(const sip::Via& via) {
  std::string_view host = via.host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return IpAddress::parse(host);
}

/// The topmost Via with `received` and `rport` as RFC 3581 section 4 wants them, whatever the peer had put
/// there.
void write_top_via(sip::Writer& out, const sip::Via& via, const Transport& from) {
  bool wants_rport = sip::parameter(via.parameters, "rport").has_value();
  out.text("SIP/2.0/").text(via.transport).text(" ").text(via.host);
  if (via.port) out.text(":").number(via.port);
  each_parameter(via.parameters, [&](std::string_view name, std::string_view whole) {
    if (!same_token(name, "received") && !same_token(name, "rport")) out.text(";").unfolded(whole);
  });
  if (wants_rport || sent_by_address(via) != from.remote.address) {
    out.text(";received=");
    write_address(out, from.remote.address);
  }
  if (wants_rport) out.text(";rport=").number(from.remote.port);
}

void write_vias(sip::Writer& out, const sip::Message& request, const Transport& from) {
  bool top = true;
  for (const sip::Field& field : request.fields()) {
    if (field.id != sip::Header::via || field.value.empty()) continue;
    sip::Cursor rest = request.head().cursor(field.value);
    out.name(sip::Header::via);
    if (top) {
      sip::take_element(rest);
      write_top_via(out, request.top_via(), from);
      rest.skip_space();
      if (!rest.done()) out.text(", ");
      top = false;
    }
    out.unfolded(rest.rest()).end_line();
  }
}

}  // namespace

Transport reply_transport(const sip::Message& request, const Transport& from) {
  Transport reply = from;
  if (from.reliable()) return reply;
  const sip::Via& via = request.top_via();
  if (sip::parameter(via.parameters, "rport")) return reply;
  // RFC 3261 18.2.2, but for a peer that is visibly behind a NAT: the port that it names is not open there.
  auto address = sent_by_address(via);
  bool translated = address && address != from.remote.address;
  if (!translated) reply.remote.port = via.port ? via.port : sip_port;
  return reply;
}

void write_reply_head(sip::Writer& out, const sip::Message& request, const Transport& from) {
  write_vias(out, request, from);
  out.header(sip::Header::from, request.value(sip::Header::from));
  out.header(sip::Header::call_id, request.call_id());
  out.header(sip::Header::cseq, request.value(sip::Header::cseq));
  out.name(sip::Header::to).unfolded(request.value(sip::Header::to));
}

void write_record_route(sip::Writer& out, const sip::Message& request) {
  for (const sip::Field& field : request.fields()) {
    if (field.id == sip::Header::record_route) out.header(sip::Header::record_route, field.value);
  }
}

}  // namespace sbc::transaction
