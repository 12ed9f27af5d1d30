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

/// What a peer describes is the offer that the other side's gets where its session is refreshed by re-INVITE
/// (refresh.cc); and whoever refreshes a session may leave that to us.
bool Engine::Impl::keeps_description(const Surroundings& s, const Leg& leg) const {
  const Call& call = calls[leg.call];
  const Leg* other = legs.find(call.legs[1 - leg.side]);
  const bool refreshed_by_offer =
      other && !other->takes_update &&
      (other->session.refresher != Refresher::none || other->proposed.refresher != Refresher::none);
  return refreshed_by_offer || call.joining || carries_out_refer(s, leg);
}

/// Keeps what we need to speak in the peer's place: of its first INVITE who it is, of any message its SDP.
/// Without room nothing: what it has described before, it does not any more.
void Engine::Impl::introduce(const Surroundings& s, Leg& leg, const sip::Message& message) {
  auto sdp_part = sip::find_part(message, sip::session_description);
  if (!sdp_part) return;
  const bool first =
      message.is_request() && message.method() == sip::Method::invite && message.to().tag().empty();
  const Parts before = split(slab.copy(leg.introduction, head_bytes));
  sip::Writer out(room(s));
  if (first) {
    write_identity(out, message, leg.trusted);
  } else {
    out.text(before.headers);
  }
  leg.introduced |= carries_out_refer(s, leg);
  keep_introduction(leg, out, sdp_part->empty() ? before.sdp : *sdp_part);
}

void Engine::Impl::keep_introduction(Leg& leg, sip::Writer& headers, std::string_view described) {
  headers.end_line();
  headers.text(described);
  const bool too_long = headers.overflowed() || (!leg.introduced && headers.written().size() > described_max);
  if (too_long || !slab.replace(leg.introduction, headers.written())) slab.release(leg.introduction);
}

/// The same of a peer whose description may come to be needed.
void Engine::Impl::learn_description(const Surroundings& s, lane::Handle handle,
                                     const sip::Message& message) {
  Leg* leg = legs.find(handle);
  if (!leg) return;
  if (keeps_description(s, *leg)) return introduce(s, *leg, message);
  slab.release(leg->introduction);
}

/// Of an offer inside the call: it describes its peer once it is accepted.
void Engine::Impl::keep_offered(Call& call, const sip::Message& offer) {
  auto text = sip::find_part(offer, sip::session_description);
  slab.release(call.offered);
  if (text) slab.keep(call.offered, *text);
}

/// It was.
void Engine::Impl::learn_offered(const Surroundings& s, Call& call, Leg& asker) {
  learn_kept(s, asker, call.offered);
  slab.release(call.offered);
}

/// Of an SDP that was kept until now; without one the peer is described no more. It takes sdp().
void Engine::Impl::learn_kept(const Surroundings& s, Leg& leg, const transaction::Kept& sdp) {
  const std::string_view described = slab.copy(sdp, sdp_text);
  if (described.empty()) return slab.release(leg.introduction);
  leg.introduced |= carries_out_refer(s, leg);
  sip::Writer out(room(s));
  out.text(split(slab.copy(leg.introduction, head_bytes)).headers);
  keep_introduction(leg, out, described);
}

/// The callee has answered the INVITE: what its caller has described there, may be needed only now.
void Engine::Impl::introduce_caller(const Surroundings& s, const Call& call) {
  Leg* caller = legs.find(call.legs[caller_side]);
  if (!caller || !caller->introduction.empty() || !keeps_description(s, *caller)) return;
  if (const sip::Message* invite = read_invite(call)) introduce(s, *caller, *invite);
}

/// Into `session`, whose views hold until the scratch is used again; false where there is none.
bool Engine::Impl::read_introduced(const Leg& leg) {
  const std::string_view text = split(slab.copy(leg.introduction, head_bytes)).sdp;
  return !text.empty() && session.parse(text) == Reason::none;
}

/// In what its peer has described; 0 where we do not know that.
size_t Engine::Impl::introduced_sections(const Leg& leg) {
  return read_introduced(leg) ? session.media().size() : 0;
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
