#include "sbc/anchor/sdp_writer.h"

#include <arpa/inet.h>

#include "dataplane/sip/characters.h"
#include "policy/topology/topology.h"

namespace sbc::anchor {
namespace {

void write_address(sip::Writer& out, const IpAddress& address) {
  char text[INET6_ADDRSTRLEN];
  bool v4 = address.is_v4();
  inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes.data() + (v4 ? 12 : 0), text, sizeof text);
  out.text(v4 ? "IN IP4 " : "IN IP6 ").text(text);
}

/// "AS:64": a modifier and a figure; anything else does not cross.
bool is_bandwidth(std::string_view value) {
  size_t colon = value.find(':');
  if (colon == value.npos) return false;
  std::string_view figure = value.substr(colon + 1);
  return !figure.empty() && sip::all(figure, sip::class_digit) &&
         sip::all(value.substr(0, colon), sip::class_letter | sip::class_digit);
}

void write_bandwidth(sip::Writer& out, std::span<const sdp::Line> lines) {
  for (const sdp::Line& line : lines) {
    if (line.type == 'b' && is_bandwidth(line.value)) out.text("b=").text(line.value).end_line();
  }
}

void write_attributes(sip::Writer& out, std::span<const sdp::Line> lines) {
  for (const sdp::Line& line : lines) {
    if (line.type != 'a' || !policy::attribute_crosses(sdp::attribute_of(line.value))) continue;
    out.text("a=").text(line.value).end_line();
  }
}

}  // namespace

std::string_view write_session(sip::Writer& out, const sdp::Session& source, const Description& description) {
  out.text("v=0\r\no=- ").number(description.session_id).text(" ").number(description.version).text(" ");
  write_address(out, description.address);
  out.end_line();
  size_t origin_end = out.written().size();
  out.text("s=-\r\nc=");
  write_address(out, description.address);
  out.end_line();
  write_bandwidth(out, source.session_lines());
  out.text("t=0 0\r\n");
  write_attributes(out, source.session_lines());
  for (size_t i = 0; i < source.media().size(); ++i) {
    const sdp::Media& media = source.media()[i];
    uint16_t port = description.ports[i];
    out.text("m=").text(media.kind).text(" ").number(port).text(" ").text(media.protocol);
    out.text(" ").text(media.formats).end_line();
    if (port == 0) continue;
    write_bandwidth(out, source.lines_of(media));
    write_attributes(out, source.lines_of(media));
  }
  return out.written().substr(origin_end);
}

}  // namespace sbc::anchor
