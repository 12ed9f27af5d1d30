#include "sbc/transaction/follow_up.h"

#include "sbc/transaction/text.h"

namespace sbc::transaction {
namespace {

void write_follow_up(sip::Writer& out, const sip::Message& invite, sip::Method method, std::string_view to,
                     std::string_view lines) {
  out.request_line(text_of(method), invite.request_uri_text());
  out.header(sip::Header::via, invite.top_via().text);
  for (const sip::Field& field : invite.fields()) {
    if (field.id == sip::Header::route) out.header(sip::Header::route, field.value);
  }
  out.header(sip::Header::max_forwards, uint64_t(70));
  out.header(sip::Header::from, invite.value(sip::Header::from));
  out.header(sip::Header::to, to);
  out.header(sip::Header::call_id, invite.call_id());
  out.name(sip::Header::cseq).number(invite.cseq().number).text(" ").text(text_of(method)).end_line();
  out.text(lines);
  out.body({});
}

}  // namespace

void write_failure_ack(sip::Writer& out, const sip::Message& invite, std::string_view to) {
  write_follow_up(out, invite, sip::Method::ack, to, {});
}

void write_failure_ack_again(sip::Writer& out, const sip::Message& response, std::string_view request_uri,
                             const Endpoint& local) {
  std::string_view method = text_of(sip::Method::ack);
  out.request_line(method, request_uri);
  write_via(out, local, response.top_via().branch);
  out.header(sip::Header::max_forwards, uint64_t(70));
  out.header(sip::Header::from, response.value(sip::Header::from));
  out.header(sip::Header::to, response.value(sip::Header::to));
  out.header(sip::Header::call_id, response.call_id());
  out.name(sip::Header::cseq).number(response.cseq().number).text(" ").text(method).end_line();
  out.body({});
}

void write_cancel(sip::Writer& out, const sip::Message& invite, std::string_view lines) {
  write_follow_up(out, invite, sip::Method::cancel, invite.value(sip::Header::to), lines);
}

void write_with_body(sip::Writer& out, const sip::Message& message, std::string_view body) {
  out.text(message.bytes().substr(0, message.bytes().find("\r\n"))).end_line();
  for (const sip::Field& field : message.fields()) {
    bool kept =
        field.id != sip::Header::content_length && (field.id != sip::Header::content_type || !body.empty());
    if (kept) out.text(field.name).text(": ").text(field.value).end_line();
  }
  out.body(body);
}

}  // namespace sbc::transaction
