#include "policy/topology/info_body.h"
#include "policy/topology/sipfrag.h"
#include "sbc/call/compose.h"
#include "sbc/call/engine.h"
#include "sbc/call/option_tags.h"
#include "sbc/call/session_timer.h"

namespace sbc::call {
namespace {

/// The option tags of Require that we do not have (RFC 3261 8.2.2.3).
void write_unsupported(sip::Writer& out, const sip::Message& request) {
  bool first = true;
  request.each_element_of(sip::Header::require, [&](sip::Cursor element) {
    if (knows_option(element.rest(), request.method())) return true;
    if (first) out.name(sip::Header::unsupported);
    out.text(first ? "" : ", ").unfolded(element.rest());
    first = false;
    return true;
  });
  if (!first) out.end_line();
}

/// The types of body that a request of this method may have.
std::string_view accepted_in(sip::Method method) {
  if (method == sip::Method::info) return policy::info_body_types;
  return method == sip::Method::notify ? policy::sipfrag_type : accepted_types;
}

}  // namespace

size_t write_stateless_response(std::span<char> out, const sip::Message& request, const Transport& transport,
                                int status, std::string_view phrase, Duration retry_after) {
  if (!request.answerable()) return 0;
  sip::Writer writer(out);
  if (phrase.empty()) phrase = sip::phrase_of(status);
  write_reply_start(writer, request, transport, status, phrase, derive_tag(request).view());
  if (status == 405) write_allow(writer);
  if (status == 415) {
    writer.header(sip::Header::accept, accepted_in(request.method()));
  }
  if (status == 422) writer.header(sip::Header::min_se, uint64_t(SessionTimer::seconds_min));
  if (status == 489) writer.header(sip::Header::allow_events, "refer");  // RFC 6665 7.3
  if (status == 469) writer.header(sip::Header::recv_info, "");          // RFC 6086 4.2.2: none
  if (status == 420) write_unsupported(writer, request);
  auto seconds = std::chrono::ceil<std::chrono::seconds>(retry_after).count();
  if (seconds > 0) writer.header(sip::Header::retry_after, uint64_t(seconds));
  writer.body({});
  return writer.overflowed() ? 0 : writer.written().size();
}

size_t stateless_response_bound(const sip::Message& request) {
  constexpr size_t ours_max = 512;  // status line, received and rport, tag, what tells why, Content-Length
  constexpr size_t line_max = 12;   // of a field that is echoed: its name, ": " and CRLF
  size_t bytes = ours_max;
  for (const sip::Field& field : request.fields()) {
    switch (field.id) {
      case sip::Header::via:
      case sip::Header::from:
      case sip::Header::to:
      case sip::Header::call_id:
      case sip::Header::cseq:
        bytes += field.value.size() + line_max;
        break;
      default:
        break;
    }
  }
  return bytes;
}

}  // namespace sbc::call
