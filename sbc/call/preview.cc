#include "dataplane/sip/multipart.h"
#include "sbc/call/early_media.h"
#include "sbc/call/impl.h"

// The preview: SDP of a callee that has not answered yet, and the early media that it describes. Where its
// trunk's rule says so, both wait for the answer: the caller gets the 18x without SDP, the 2xx brings it, and
// no media is relayed to the caller before that. Each leg is reliable by itself, so that an answer in a
// callee's reliable response may wait, too: what the caller gets instead brings none, which RFC 3262 5 leaves
// to us.

namespace sbc::call {

using config::EarlyMediaRule;

EarlyMediaRule Engine::Impl::early_media_of(const Surroundings& s, TrunkId id) const {
  const config::Trunk* trunk = s.policy.trunks.find(id);
  return trunk ? trunk->early_media : EarlyMediaRule::pass;
}

/// Into sdp(): what the caller is told of it now. What cannot be used is left out: before the 2xx it is a
/// preview of the answer, no more.
void Engine::Impl::preview_answer(const Surroundings& s, lane::Handle handle, const sip::Message& response) {
  sdp_size = 0;
  Call& call = calls[legs[handle].call];
  const bool described = has_sdp(response) && call.anchor.offer_outstanding() && !call.early.done &&
                         read_sdp(response) == Reason::none;
  if (described && call.anchor.answer(session, true, sdp_text, sdp_size, anchoring(s, call)) != Reason::none)
    sdp_size = 0;
  if (call.early.done) keep_other_answer(call, response);
  if (sdp_size) {
    learn_description(s, handle, response);
    keep_preview(call, response);
  }
  gate_early_media(s, handle, response);
}

/// RFC 5009 8: for each early dialog what it has said last counts, and only within the trust domain (2). What
/// is let through after it was described is told to the caller as it was described.
void Engine::Impl::gate_early_media(const Surroundings& s, lane::Handle handle,
                                    const sip::Message& response) {
  Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  const uint64_t fork = fork_tag(response);
  const auto said = leg.trusted ? authorised_early_media(response) : std::nullopt;
  if (said) leg.authorised.learn(fork, *said);
  if (!call.anchor.previewed() || call.previewed.fork != fork) return;
  const bool opened = lets_through(s, leg, leg.authorised.of(fork));
  call.anchor.hold_back(caller_side, !opened, anchoring(s, call));
  if (opened) {
    if (!call.previewed.told && sdp_size == 0) sdp_size = slab.copy(call.preview, sdp_text).size();
    return;
  }
  sdp_size = 0;
  if (Leg* caller = legs.find(call.legs[caller_side])) caller->reliable.held_sdp = false;
}

/// All of what the callee's answer takes, or none.
bool Engine::Impl::lets_through(const Surroundings& s, const Leg& callee, uint16_t authorised) const {
  const Call& call = calls[callee.call];
  const bool known = callee.trunk == TrunkId::none || s.policy.trunks.find(callee.trunk);
  if (!known) return !call.anchor.holds_back(caller_side);  // a reload has taken the trunk: as it was
  switch (early_media_of(s, callee.trunk)) {
    case EarlyMediaRule::pass:
      return true;
    case EarlyMediaRule::authorised:
      return (authorised & call.previewed.sections) == call.previewed.sections;
    case EarlyMediaRule::none:
      break;
  }
  return false;
}

/// What the callee says of early media in this response is not what becomes of it: it is held back, or the
/// caller cannot be told where it would come from.
bool Engine::Impl::revokes_early_media(const Surroundings& s, const Leg& callee,
                                       const sip::Message& source) const {
  if (callee.side != callee_side || source.is_request() || source.status() >= 200) return false;
  const Call& call = calls[callee.call];
  const bool untold = call.exchange.offer_in_answer || call.exchange.made;
  return call.anchor.holds_back(caller_side) ||
         (untold && early_media_of(s, callee.trunk) != EarlyMediaRule::pass);
}

/// RFC 5009 8.1: a callee may say nothing of it unless it knows that somebody looks. A trusted caller may say
/// so itself.
bool Engine::Impl::asks_for_authorisation(const Surroundings& s, const Leg& callee,
                                          const sip::Message& invite) const {
  if (!callee.trusted || early_media_of(s, callee.trunk) != EarlyMediaRule::authorised) return false;
  const Leg* caller = legs.find(calls[callee.call].legs[caller_side]);
  return !caller || !caller->trusted || !asks_for_early_media(invite);
}

void Engine::Impl::keep_preview(Call& call, const sip::Message& response) {
  slab.keep(call.preview, sdp());
  call.previewed = {.fork = fork_tag(response), .reliable = reliable_number(response).has_value()};
  for (size_t i = 0; i < session.media().size(); ++i)
    call.previewed.sections |= uint16_t((session.media()[i].port != 0) << i);
}

/// Of a reliable response. Others may be described by the time that its fork answers.
void Engine::Impl::keep_described(Call& call, const sip::Message& response) {
  const auto text = sip::find_part(response, sip::session_description);
  if (!text || text->empty() || text->size() > described_max) return;
  if (transaction::Kept* kept = call.forks.description_of(fork_of(call, response))) slab.keep(*kept, *text);
}

/// Into `session`, for a 2xx without SDP: what its fork has described before.
bool Engine::Impl::read_described(const Surroundings& s, Leg& callee, const transaction::Kept& described) {
  if (keeps_description(s, callee)) {
    learn_kept(s, callee, described);
  } else {
    slab.release(callee.introduction);
  }
  const std::string_view text = slab.copy(described, head_bytes);
  return !text.empty() && session.parse(text) == Reason::none;
}

/// A 2xx without SDP: the early media's was the answer (RFC 3261 13.2.1), if the same fork sent it. To the
/// caller it may have been only a preview, in a provisional response that was not reliable; so our 2xx
/// repeats it. Another fork's answer is the one that it has given reliably.
Reason Engine::Impl::settle_preview(const Surroundings& s, Call& call, const sip::Message& response) {
  if (!call.anchor.previewed()) return Reason::answer_bad;
  if (call.previewed.fork != fork_tag(response)) {
    const transaction::Kept described = call.forks.described_by(fork_of(call, response));
    if (!read_described(s, legs[call.legs[callee_side]], described)) return Reason::answer_bad;
    const Reason reason = call.anchor.answer(session, false, sdp_text, sdp_size, anchoring(s, call));
    return reason == Reason::none ? reason : Reason::answer_bad;
  }
  sdp_size = slab.copy(call.preview, sdp_text).size();
  if (sdp_size == 0) return Reason::answer_bad;
  call.anchor.settle(anchoring(s, call));
  return Reason::none;
}

}  // namespace sbc::call
