#include <algorithm>

#include "dataplane/sip/multipart.h"
#include "sbc/call/impl.h"

namespace sbc::call {
namespace {

/// Of an introduction: whole header lines, an empty one, an SDP.
struct Parts {
  std::string_view headers, sdp;
};
Parts split(std::string_view introduction) {
  constexpr std::string_view line_end = "\r\n";
  if (introduction.starts_with(line_end)) return {{}, introduction.substr(line_end.size())};
  const size_t end = introduction.find("\r\n\r\n");
  if (end == introduction.npos) return {};
  return {introduction.substr(0, end + line_end.size()), introduction.substr(end + 2 * line_end.size())};
}

/// Who the peer says it is, and from whom it wants that kept (RFC 3325, RFC 3323).
void write_identity(sip::Writer& out, const sip::Message& invite, bool trusted) {
  for (const sip::Field& field : invite.fields()) {
    const bool told =
        field.id == sip::Header::privacy || (trusted && field.id == sip::Header::p_asserted_identity);
    if (told) out.header(field.id, field.value);
  }
}

}  // namespace

bool Engine::Impl::carries_out_refer(const Surroundings& s, const Leg& referred) const {
  const config::Trunk* trunk = s.policy.trunks.find(referred.trunk);
  const config::ReferRule of_realm = s.policy.model->realms[index_of(referred.transport.realm)].refer;
  const config::ReferRule rule = trunk && trunk->refer ? *trunk->refer : of_realm;
  return rule == config::ReferRule::carry_out;
}

/// Keeps what we need to call somebody on the peer's behalf: of its first INVITE who it is, of any message
/// its SDP. Without room what was kept before stands; it is no worse than a peer that says nothing new.
bool Engine::Impl::introduce(const Surroundings& s, Leg& leg, const sip::Message& message) {
  auto sdp_part = sip::find_part(message, sip::session_description);
  if (!sdp_part) return false;
  const bool first =
      message.is_request() && message.method() == sip::Method::invite && message.to().tag().empty();
  const Parts before = split(slab.copy(leg.introduction, head_bytes));
  sip::Writer out(room(s));
  if (first) {
    write_identity(out, message, leg.trusted);
  } else {
    out.text(before.headers);
  }
  out.end_line();
  out.text(sdp_part->empty() ? before.sdp : *sdp_part);
  return !out.overflowed() && slab.replace(leg.introduction, out.written());
}

/// The same of a peer that may come to need it.
void Engine::Impl::learn_description(const Surroundings& s, lane::Handle handle,
                                     const sip::Message& message) {
  Leg* leg = legs.find(handle);
  if (leg && (carries_out_refer(s, *leg) || calls[leg->call].joining)) introduce(s, *leg, message);
}

/// Into `session`, whose views hold until the scratch is used again; false where there is none.
bool Engine::Impl::read_introduced(const Leg& leg) {
  const std::string_view text = split(slab.copy(leg.introduction, head_bytes)).sdp;
  return !text.empty() && session.parse(text) == Reason::none;
}

/// What follows the head of an INVITE on the peer's behalf. The SDP is offered anew: whatever the one before
/// was put on hold for, ends with it (RFC 3264 8.4).
void Engine::Impl::write_introduction(sip::Writer& out, const Leg& leg) {
  const Parts parts = split(slab.copy(leg.introduction, head_bytes));
  out.text(parts.headers);
  sip::Writer offer(sdp_text);
  for (std::string_view rest = parts.sdp; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end);
    const bool direction =
        line.starts_with("a=sendonly") || line.starts_with("a=recvonly") || line.starts_with("a=inactive");
    if (!direction) offer.text(line);
  }
  write_body(out, offer.overflowed() ? std::string_view() : offer.written());
}

}  // namespace sbc::call
