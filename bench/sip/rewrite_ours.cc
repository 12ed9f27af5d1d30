// Ours: one pass over the fields, in their order, into a span.
#include <array>

#include "bench/sip/rewrite.h"
#include "dataplane/sdp/session.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"

namespace sbc::bench {
namespace {

/// "user id version IN IP4 address": the first three words stay.
std::string_view kept_of_origin(std::string_view origin) {
  size_t end = 0;
  for (int word = 0; word < 3; ++word) end = origin.find(' ', end + 1);
  return origin.substr(0, end);
}

void write_media_line(const sdp::Media& media, uint16_t port, sip::Writer& out) {
  out.text("m=").text(media.kind).text(" ").number(media.port == 0 ? 0 : port);
  out.text(" ").text(media.protocol).text(" ").text(media.formats).end_line();
}

void write_attribute(std::string_view value, sip::Writer& out) {
  std::string_view name = value.substr(0, value.find(':'));
  if (name != "candidate" && name != "rtcp") out.text("a=").text(value).end_line();
}

void write_sdp(const sdp::Session& session, sip::Writer& out) {
  size_t media = 0;
  uint16_t port = OtherLeg::first_port;
  for (const sdp::Line& line : session.lines()) {
    if (line.type == 'o') {
      out.text("o=")
          .text(kept_of_origin(line.value))
          .text(" IN IP4 ")
          .text(OtherLeg::media_address)
          .end_line();
    } else if (line.type == 'c') {
      out.text("c=IN IP4 ").text(OtherLeg::media_address).end_line();
    } else if (line.type == 'm') {
      write_media_line(session.media()[media++], port, out);
      port = uint16_t(port + 2);
    } else if (line.type == 'a') {
      write_attribute(line.value, out);
    } else {
      out.text({&line.type, 1}).text("=").text(line.value).end_line();
    }
  }
}

/// The value with another tag; as it is, where it has none.
void write_party(sip::Header id, const sip::Field& field, const sip::NameAddr& party, std::string_view tag,
                 sip::Writer& out) {
  std::string_view old = party.tag();
  if (old.empty()) {
    out.header(id, field.value);
    return;
  }
  size_t at = size_t(old.data() - field.value.data());
  out.name(id).unfolded(field.value.substr(0, at)).text(tag);
  out.unfolded(field.value.substr(at + old.size())).end_line();
}

void write_field(const sip::Message& invite, const sip::Field& field, sip::Writer& out) {
  switch (field.id) {
    case sip::Header::via:
    case sip::Header::route:
    case sip::Header::record_route:
    case sip::Header::content_length:
      return;
    case sip::Header::contact:
      if (&field == invite.find(sip::Header::contact)) out.header(field.id, OtherLeg::contact);
      return;
    case sip::Header::from:
      return write_party(field.id, field, invite.from(), OtherLeg::from_tag, out);
    case sip::Header::to:
      return write_party(field.id, field, invite.to(), OtherLeg::to_tag, out);
    case sip::Header::call_id:
      out.header(field.id, OtherLeg::call_id);
      return;
    case sip::Header::cseq:
      out.name(field.id).number(OtherLeg::cseq).text(" ").text(invite.method_text()).end_line();
      return;
    case sip::Header::max_forwards:
      out.header(field.id, invite.max_forwards().value_or(1) - 1);
      return;
    default:
      out.header(field.name, field.value);
  }
}

}  // namespace

std::string_view rewrite_with_ours(std::string_view bytes, std::span<char> span) {
  sip::Message invite;
  sdp::Session session;
  if (invite.parse(bytes) != Reason::none || session.parse(invite.body()) != Reason::none) return {};
  std::array<char, rewritten_max> body;
  sip::Writer sdp(body);
  write_sdp(session, sdp);
  sip::Writer out(span);
  out.request_line(invite.method_text(), invite.request_uri_text());
  out.header(sip::Header::via, OtherLeg::via);
  for (const sip::Field& field : invite.fields()) write_field(invite, field, out);
  out.body(sdp.written());
  return sdp.overflowed() || out.overflowed() ? std::string_view{} : out.written();
}

}  // namespace sbc::bench
