#include "bench/calls/messages.h"

#include <array>
#include <cstring>

#include "bench/calls/configuration.h"
#include "dataplane/bytes/big_endian.h"

namespace sbc::bench {
namespace {

using sip::Header;

constexpr std::string_view allow = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, REFER, NOTIFY, MESSAGE";
constexpr uint8_t pcma = 8;

void write_via(sip::Writer& out, const IpAddress& own, const CallName& name, std::string_view request) {
  out.text("Via: SIP/2.0/UDP ").text(AddressText(own)).text(":5060;branch=");
  name.write_branch(out, request);
  out.end_line();
}

void write_contact(sip::Writer& out, const Endpoint& at) {
  out.text("Contact: <sip:gw@").text(AddressText(at.address)).text(":").number(at.port).text(">").end_line();
}

/// From or To of a user agent: its number and address.
void write_party(sip::Writer& out, const CallName& name, Side side, const IpAddress& host) {
  out.text("<sip:");
  side == Side::caller ? name.write_calling_number(out) : name.write_called_number(out);
  out.text("@").text(AddressText(host)).text(">");
}

void write_caller_id(sip::Writer& out, const CallName& name, const IpAddress& caller) {
  name.write_call_id(out);
  out.text("@").text(AddressText(caller));
}

/// A request inside the dialog, to the SBC's Contact.
void write_in_dialog(sip::Writer& out, const DialogView& dialog, std::string_view method, uint32_t cseq) {
  bool caller = dialog.side == Side::caller;
  const IpAddress& target = caller ? toward_callers : toward_callees;
  out.text(method).text(" sip:").text(AddressText(target)).text(":5060 SIP/2.0\r\n");
  write_via(out, dialog.own, dialog.name, method);
  out.text("Max-Forwards: 70\r\nFrom: ");
  write_party(out, dialog.name, dialog.side, caller ? dialog.own : toward_callees);
  out.text(";tag=");
  dialog.name.write_tag(out, dialog.side);
  out.text("\r\nTo: ");
  write_party(out, dialog.name, caller ? Side::callee : Side::caller, target);
  out.text(";tag=").text(dialog.remote_tag).text("\r\nCall-ID: ");
  caller ? write_caller_id(out, dialog.name, dialog.own) : void(out.text(dialog.call_id));
  out.text("\r\nCSeq: ")
      .number(cseq)
      .text(" ")
      .text(method)
      .text("\r\nUser-Agent: Carrier Gateway 7.2.1\r\n");
  out.body({});
}

}  // namespace

void write_invite(sip::Writer& out, const CallName& name, const IpAddress& caller) {
  out.text("INVITE sip:");
  name.write_called_number(out);
  out.text("@").text(AddressText(toward_callers)).text(" SIP/2.0\r\n");
  write_via(out, caller, name, "INVITE");
  out.text("Max-Forwards: 70\r\nFrom: \"Customer\" ");
  write_party(out, name, Side::caller, caller);
  out.text(";tag=");
  name.write_tag(out, Side::caller);
  out.text("\r\nTo: ");
  write_party(out, name, Side::callee, toward_callers);
  out.text("\r\nCall-ID: ");
  write_caller_id(out, name, caller);
  out.text("\r\nCSeq: 1 INVITE\r\n");
  write_contact(out, {caller, sip_port});
  out.header(Header::allow, allow);
  out.text("X-Plan: plan-")
      .text(plan)
      .text("\r\nSupported: replaces\r\nAccept: application/sdp\r\nUser-Agent: Carrier Gateway 7.2.1\r\n");
  out.text("Content-Type: application/sdp\r\n");
  std::array<char, 512> body;
  sip::Writer sdp(body);
  write_sdp(sdp, name, caller);
  out.body(sdp.written());
}

void write_ack(sip::Writer& out, const DialogView& dialog) { write_in_dialog(out, dialog, "ACK", 1); }

/// A callee has sent no request before: any number does, and this one cannot be taken for the INVITE's.
void write_bye(sip::Writer& out, const DialogView& dialog) { write_in_dialog(out, dialog, "BYE", 2); }

void write_response_head(sip::Writer& out, const sip::Message& request) {
  for (const sip::Field& field : request.fields())
    if (field.id == Header::via) out.header(Header::via, field.value);
  for (Header id : {Header::from, Header::call_id, Header::cseq}) out.header(id, request.value(id));
  out.name(Header::to).text(request.value(Header::to));
}

void write_response(sip::Writer& out, int status, std::string_view head, std::string_view to_tag,
                    const Endpoint* contact, std::string_view sdp) {
  out.status_line(status, sip::phrase_of(status)).text(head);
  if (!to_tag.empty()) out.text(";tag=").text(to_tag);
  out.end_line();
  if (contact) write_contact(out, *contact);
  out.text("Server: Core Switch 11\r\n");
  if (!sdp.empty()) {
    out.header(Header::allow, allow);
    out.text("Content-Type: application/sdp\r\n");
  }
  out.body(sdp);
}

void write_sdp(sip::Writer& out, const CallName& name, const IpAddress& address) {
  AddressText host(address);
  out.text("v=0\r\no=- ").number(name.serial).text(" ").number(name.serial).text(" IN IP4 ").text(host);
  out.text("\r\ns=call\r\nc=IN IP4 ").text(host).text("\r\nt=0 0\r\nm=audio ").number(media_port(name));
  out.text(" RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n");
  out.text("a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n");
}

uint16_t media_port(const CallName& name) { return uint16_t(10'000 + 2 * (name.place % 25'000)); }

std::optional<Endpoint> audio_of(std::string_view sdp) {
  constexpr std::string_view connection = "\nc=IN IP4 ", media = "\nm=audio ";
  size_t c = sdp.find(connection), m = sdp.find(media);
  if (c == sdp.npos || m == sdp.npos) return std::nullopt;
  std::string_view host = sdp.substr(c + connection.size()), port = sdp.substr(m + media.size());
  auto address = IpAddress::parse_v4(host.substr(0, host.find('\r')));
  auto number = sip::parse_number(port.substr(0, port.find(' ')));
  if (!address || !number || *number == 0 || *number > 65'535) return std::nullopt;
  return Endpoint{*address, uint16_t(*number)};
}

std::string_view contact_of(const sip::Message& message) {
  std::string_view contact = message.value(Header::contact);
  size_t open = contact.find('<'), close = contact.find('>');
  return close == contact.npos || open > close ? std::string_view{}
                                               : contact.substr(open + 1, close - open - 1);
}

void write_rtp(char* out, const CallName& name, Side from) {
  std::memset(out, 0x55, rtp_bytes);
  uint8_t header[16] = {0x80, pcma, 0, 1};
  store_be32(header + 4, name.serial);
  store_be32(header + 8, name.place);
  header[12] = uint8_t(from);
  std::memcpy(out, header, sizeof header);
}

std::optional<CallName> name_of_rtp(std::string_view packet, Side from) {
  const uint8_t* bytes = reinterpret_cast<const uint8_t*>(packet.data());
  if (packet.size() != rtp_bytes || bytes[0] != 0x80) return std::nullopt;
  CallName name{load_be32(bytes + 8), load_be32(bytes + 4)};
  std::array<char, rtp_bytes> sent;
  write_rtp(sent.data(), name, from);
  return packet == std::string_view(sent.data(), sent.size()) ? std::optional(name) : std::nullopt;
}

}  // namespace sbc::bench
