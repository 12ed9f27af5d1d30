#include "sbc/anchor/sdp_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>

#include "dataplane/sip/text.h"
#include "policy/topology/topology.h"
#include "sbc/anchor/terms.h"

namespace sbc::anchor {
namespace {

void write_address(sip::Writer& out, const IpAddress& address) {
  char text[INET6_ADDRSTRLEN];
  bool v4 = address.is_v4();
  inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes.data() + (v4 ? 12 : 0), text, sizeof text);
  out.text(v4 ? "IN IP4 " : "IN IP6 ").text(text);
}

template <size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& known) {
  return std::any_of(known.begin(), known.end(),
                     [word](std::string_view each) { return sip::equal_ignoring_case(word, each); });
}

/// "AS:64": a registered modifier (RFC 8866 5.8, RFC 3556, RFC 3890) and a figure.
bool is_bandwidth(std::string_view value) {
  static constexpr std::array<std::string_view, 5> modifiers{"AS", "CT", "TIAS", "RS", "RR"};
  size_t colon = value.find(':');
  if (colon == value.npos) return false;
  std::string_view figure = value.substr(colon + 1);
  return !figure.empty() && sip::all(figure, sip::class_digit) &&
         is_one_of(value.substr(0, colon), modifiers);
}

void write_bandwidth(sip::Writer& out, std::span<const sdp::Line> lines) {
  for (const sdp::Line& line : lines) {
    if (line.type == 'b' && is_bandwidth(line.value)) out.text("b=").text(line.value).end_line();
  }
}

bool is_direction(std::string_view name) {
  static constexpr std::array<std::string_view, 4> directions{"sendrecv", "sendonly", "recvonly", "inactive"};
  return is_one_of(name, directions);
}

void write_attributes(sip::Writer& out, std::span<const sdp::Line> lines, bool with_direction) {
  for (const sdp::Line& line : lines) {
    if (line.type != 'a') continue;
    sdp::Attribute attribute = sdp::attribute_of(line.value);
    if (!policy::attribute_crosses(attribute) || (!with_direction && is_direction(attribute.name))) continue;
    out.text("a=").text(line.value).end_line();
  }
}

/// Protocols that anybody may name; another one could spell anything.
bool is_known_protocol(std::string_view protocol) {
  static constexpr std::array<std::string_view, 9> known{"RTP/AVP",   "RTP/AVPF",         "RTP/SAVP",
                                                         "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF",
                                                         "udptl",     "TCP/MSRP",         "TCP/TLS/MSRP"};
  return is_one_of(protocol, known);
}

/// Writes " format" and says true where the format is a payload type of RTP, or for other protocols one of
/// their few known words.
bool write_format(sip::Writer& out, std::string_view word, bool rtp) {
  if (!rtp) {
    bool known = word == "*" || sip::equal_ignoring_case(word, "t38");
    if (known) out.text(" ").text(word);
    return known;
  }
  unsigned type = 0;
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), type);
  bool known = error == std::errc{} && end == word.data() + word.size() && type < 128;
  if (known) out.text(" ").number(type);
  return known;
}

/// The m= line, made of nothing but words that we know (RFC 8866 5.14, RFC 3551). A section that is rejected
/// needs some protocol and format still (RFC 3264 6).
void write_media_line(sip::Writer& out, const sdp::Media& media, uint16_t port) {
  MediaType type = media_type_of(media);
  out.text("m=").text(text_of(type == MediaType::unknown ? MediaType::application : type));
  out.text(" ").number(port).text(" ");
  bool any = false;
  if (is_known_protocol(media.protocol)) {
    out.text(media.protocol);
    for (std::string_view rest = media.formats; !rest.empty();) {
      std::string_view word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
      any |= write_format(out, word, media.is_rtp());
    }
  } else {
    out.text("RTP/AVP");
  }
  if (!any) out.text(" 0");
  out.end_line();
}

/// Hold by an unspecified address (RFC 2543) ends at us: our own address stands in c=, so the direction has
/// to say it (RFC 3264 8.4).
void write_hold(sip::Writer& out, sdp::Direction direction) {
  bool sends = direction == sdp::Direction::sendrecv || direction == sdp::Direction::sendonly;
  out.text(sends ? "a=sendonly" : "a=inactive").end_line();
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
  write_attributes(out, source.session_lines(), true);
  for (size_t i = 0; i < source.media().size(); ++i) {
    const sdp::Media& media = source.media()[i];
    uint16_t port = description.ports[i];
    write_media_line(out, media, port);
    if (port == 0) continue;
    write_bandwidth(out, source.lines_of(media));
    write_attributes(out, source.lines_of(media), !media.unspecified);
    if (media.unspecified) write_hold(out, media.direction);
  }
  return out.written().substr(origin_end);
}

}  // namespace sbc::anchor
