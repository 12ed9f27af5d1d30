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
  const bool described =
      has_sdp(response) && call.anchor.offer_outstanding() && read_sdp(response) == Reason::none;
  if (described && call.anchor.answer(session, true, sdp_text, sdp_size, anchoring(s, call)) != Reason::none)
    sdp_size = 0;
  if (sdp_size) {
    learn_description(s, handle, response);
    keep_preview(call, response);
  }
  gate_early_media(s, handle, response);
}

/// RFC 5009 8: for each early dialog what it has said last counts, and only within the trust domain (2). One
/// that authorises its media after it has described it is told to the caller as it was described.
void Engine::Impl::gate_early_media(const Surroundings& s, lane::Handle handle,
                                    const sip::Message& response) {
  Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  const EarlyMediaRule rule = early_media_of(s, leg.trunk);
  if (rule == EarlyMediaRule::pass) return call.anchor.hold_back(caller_side, false, anchoring(s, call));
  const uint64_t fork = siphash(digest_keys.low, response.to().tag());
  uint16_t& authorised = leg.authorised.of(fork);
  if (leg.trusted) authorised = authorised_early_media(response).value_or(authorised);
  if (!call.anchor.previewed() || call.preview_fork != fork) return;
  const uint32_t sections = call.anchor.sections();
  const bool opened = rule == EarlyMediaRule::authorised && (authorised & sections) == sections;
  const bool opens = opened && call.anchor.holds_back(caller_side);
  call.anchor.hold_back(caller_side, !opened, anchoring(s, call));
  if (opens && sdp_size == 0) sdp_size = slab.copy(call.preview, sdp_text).size();
  if (opened) return;
  sdp_size = 0;
  if (Leg* caller = legs.find(call.legs[caller_side])) caller->reliable.held_sdp = false;
}

/// RFC 5009 8.1: a callee may say nothing of it unless it knows that somebody looks. Where the caller's own
/// field crosses, it says so.
bool Engine::Impl::asks_for_authorisation(const Surroundings& s, const Leg& callee,
                                          const sip::Message& invite) const {
  const Leg* caller = legs.find(calls[callee.call].legs[caller_side]);
  const bool asked = caller && caller->trusted && invite.has(sip::Header::p_early_media);
  return callee.trusted && !asked && early_media_of(s, callee.trunk) == EarlyMediaRule::authorised;
}

void Engine::Impl::keep_preview(Call& call, const sip::Message& response) {
  slab.keep(call.preview, sdp());
  call.preview_fork = siphash(digest_keys.low, response.to().tag());
}

/// A 2xx without SDP: the early media's was the answer (RFC 3261 13.2.1), if the same fork sent it. To the
/// caller it may have been only a preview, in a provisional response that was not reliable; so our 2xx
/// repeats it.
Reason Engine::Impl::settle_preview(const Surroundings& s, Call& call, const sip::Message& response) {
  bool same_fork = call.preview_fork == siphash(digest_keys.low, response.to().tag());
  if (!call.anchor.previewed() || !same_fork) return Reason::answer_bad;
  sdp_size = slab.copy(call.preview, sdp_text).size();
  if (sdp_size == 0) return Reason::answer_bad;
  call.anchor.settle(anchoring(s, call));
  return Reason::none;
}

}  // namespace sbc::call
