#include "sbc/call/impl.h"
#include "sbc/call/session_id.h"

namespace sbc::call {

/// False: it came before, or one before it has not come yet; it is not to be looked at (RFC 3262 4).
bool Engine::Impl::is_next_reliable(lane::Handle handle, const sip::Message& response, uint32_t rseq) {
  const uint32_t last = legs[handle].reliable.received.of(fork_tag(response));
  return last == 0 || rseq == last + 1;
}

/// A callee's reliable provisional response, from which its dialog has been learnt, is acknowledged. No
/// transaction where there is no room now, or it sends too many: it comes again.
lane::Handle Engine::Impl::acknowledge_provisional(const Surroundings& s, lane::Handle handle,
                                                   const sip::Message& response) {
  Leg& leg = legs[handle];
  const uint32_t rseq = reliable_number(response).value_or(0);
  if (!may_ask(s, leg)) return {};
  auto sent = send_in_dialog(s, handle, sip::Method::prack, 70, [&](sip::Writer& out) {
    out.name(sip::Header::rack).number(rseq).text(" ").number(leg.own_invite_cseq).text(" INVITE").end_line();
    write_session_id_back(out, response);
    out.body({});
  });
  if (!sent) return {};
  leg.reliable.received.learn(siphash(digest_keys.low, open(leg).remote_tag.view()), rseq);
  return *sent;
}

/// A callee's provisional response goes to the caller, with sdp() if there is any: reliably where the caller
/// requires it, and where it knows how and that SDP came reliably. (Any other may change yet, which a
/// reliable answer may not.) One at a time (RFC 3262 3): what comes meanwhile waits, the last of it.
void Engine::Impl::relay_provisional(const Surroundings& s, Call& call, uint64_t fork, int status,
                                     const sip::Message* response) {
  lane::Handle handle = call.legs[caller_side];
  if (!handle) {
    carry_out_changes(s);
    return report_progress(s, call, status);
  }
  Leg& caller = legs[handle];
  Reliable& state = caller.reliable;
  const bool settled = sdp_size > 0 && call.previewed.reliable;
  const bool reliable =
      state.wish == Reliable::Wish::required || (state.wish == Reliable::Wish::supported && settled);
  // RFC 3261 13.2.1: the first reliable one would have to bring the offer.
  bool lacks_offer = reliable && call.exchange.offer_in_answer && sdp_size == 0;
  if (call.forks.is_over(fork)) return carry_out_changes(s);
  if (state.waits) {
    state.held = uint16_t(status);
    state.held_sdp = (state.held_sdp && state.held_fork == fork) || sdp_size > 0;
    state.held_fork = fork;
  }
  if (state.waits || lacks_offer || !turn_to_fork(call, fork)) return carry_out_changes(s);
  uint32_t before = state.sent;
  if (reliable) {
    state.sent = before ? before + 1 : uint32_t(1 + random.below(UINT32_MAX / 2));  // RFC 3262 3
    state.sent_sdp = sdp_size > 0;
    state.waits = true;
  }
  if (!respond(s, handle, status, sdp(), response)) {
    state.sent = before;
    state.waits = false;
    return carry_out_changes(s);
  }
  call.told = true;
  call.previewed.told |= sdp_size > 0;
  if (!reliable) return;
  call.forks.known[call.forks.current].rseq = state.sent;
  const config::Timers& timers = s.policy.model->timers;
  caller.resend_interval = timers.t1;
  arm(handle, LegTimer::resend, s.now + timers.t1);
  arm(handle, LegTimer::give_up, s.now + 64 * timers.t1);
}

/// RFC 3262 3. An offer in it is refused: nothing is agreed yet that it could change.
Reason Engine::Impl::on_prack(const Surroundings& s, const Transport& from, const sip::Message& prack,
                              lane::Handle handle) {
  Leg& leg = legs[handle];
  auto rack = parse_rack(prack.value(sip::Header::rack));
  bool known = rack && leg.reliable.sent != 0 && rack->rseq == leg.reliable.sent &&
               rack->cseq == leg.invite_cseq && rack->method == sip::Method::invite &&
               prack.to().tag() == open(leg).local_tag.view();
  if (!known || leg.lingering) return reject(s, from, prack, false, Reason::no_transaction);
  bool offers = !prack.body().empty();
  if (offers) {
    reject(s, from, prack, true, Reason::sdp_unacceptable);
  } else {
    reply_ok(s, from, prack, {});
  }
  if (leg.reliable.waits) {
    Call& call = calls[leg.call];
    if (leg.reliable.sent_sdp) call.early.known = call.forks.known[call.forks.current].id;
    relay_held(s, leg.call);
  }
  return offers ? Reason::sdp_unacceptable : Reason::none;
}

/// The callee's 2xx that waits for the caller's PRACK; none where there is none. It is our scratch message.
const sip::Message* Engine::Impl::held_answer(const Call& call) {
  if (call.success.empty()) return nullptr;
  const std::string_view bytes = slab.copy(call.success, invite_bytes);
  SBC_CHECK(invite_message.parse(bytes, MessageLimits::none()) == Reason::none);
  return &invite_message;
}

/// The caller's PRACK is awaited no more: what has come from the callee meanwhile, its 2xx, or the last
/// before that.
void Engine::Impl::relay_held(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  Reliable& caller = legs[call.legs[caller_side]].reliable;
  caller.waits = false;
  stop(call.legs[caller_side], LegTimer::resend);
  stop(call.legs[caller_side], LegTimer::give_up);
  uint16_t held = std::exchange(caller.held, uint16_t(0));
  bool with_sdp = std::exchange(caller.held_sdp, false);
  if (const sip::Message* answer = held_answer(call)) {
    lane::Handle callee = call.legs[callee_side];
    return on_answered(s, callee, legs[callee].client, *answer);
  }
  if (held == 0) return;
  sdp_size = with_sdp ? slab.copy(call.preview, sdp_text).size() : 0;
  relay_provisional(s, call, caller.held_fork, held, nullptr);
}

void Engine::Impl::resend_provisional(const Surroundings& s, lane::Handle handle) {
  Leg& leg = legs[handle];
  servers.resend_provisional(leg.server, context(s));
  leg.resend_interval = 2 * leg.resend_interval;
  arm(handle, LegTimer::resend, s.now + leg.resend_interval);
}

}  // namespace sbc::call
