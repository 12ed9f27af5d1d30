#include "sbc/call/impl.h"

namespace sbc::call {

/// A callee's reliable provisional response is acknowledged (RFC 3262 4). False: it came before, or one
/// before it has not come yet; it is not to be looked at.
bool Engine::Impl::acknowledge_provisional(const Surroundings& s, lane::Handle handle, uint32_t rseq) {
  Leg& leg = legs[handle];
  uint32_t& received = leg.reliable.received_from(siphash(digest_keys.low, leg.dialog.remote_tag.view()));
  if (received != 0 && rseq != received + 1) return false;
  Branch branch = draw_branch();
  std::string_view branch_text{branch.data(), branch.size()};
  uint32_t cseq = ++leg.dialog.local_cseq;
  Transport to = hop_of(leg);
  sip::Writer out(room(s, to));
  write_request_head(out, leg.dialog, {sip::Method::prack, cseq, branch_text, leg.transport.local, 70});
  out.name(sip::Header::rack).number(rseq).text(" ").number(leg.own_invite_cseq).text(" INVITE").end_line();
  out.body({});
  if (out.overflowed()) return false;
  if (!clients.begin({sip::Method::prack, branch_text, leg.dialog.call_id.view(), cseq}, to,
                     out.written().size(), handle, context(s)))
    return false;  // it comes again
  received = rseq;
  clients.note_cseq(leg.client, cseq);
  return true;
}

/// A callee's provisional response goes to the caller, with sdp() if there is any: reliably where the caller
/// requires it, and where it can and there is SDP. One at a time (RFC 3262 3): what comes meanwhile waits,
/// the last of it.
void Engine::Impl::relay_provisional(const Surroundings& s, Call& call, int status,
                                     const sip::Message* response) {
  lane::Handle handle = call.legs[caller_side];
  Leg& caller = legs[handle];
  Reliable& state = caller.reliable;
  bool required = state.wish == Reliable::Wish::required;
  bool reliable = required || (state.wish == Reliable::Wish::supported && sdp_size > 0);
  // RFC 3261 13.2.1: the first reliable one would have to bring the offer.
  bool lacks_offer = reliable && call.exchange.offer_in_answer && sdp_size == 0;
  if (state.waits) {
    state.held = uint16_t(status);
    state.held_sdp = sdp_size > 0;
  }
  if (state.waits || lacks_offer) return carry_out_changes(s);
  uint32_t before = state.sent;
  if (reliable) {
    state.sent = before ? before + 1 : uint32_t(1 + random.below(UINT32_MAX / 2));  // RFC 3262 3
    state.waits = true;
  }
  if (!respond(s, handle, status, sdp(), response)) {
    if (reliable) state.sent = before;
    state.waits = false;
    return carry_out_changes(s);
  }
  if (!reliable) return;
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
  bool known = rack && leg.reliable.waits && rack->rseq == leg.reliable.sent &&
               rack->cseq == leg.invite_cseq && rack->method == sip::Method::invite;
  if (!known) return reject(s, from, prack, true, Reason::no_transaction);
  leg.reliable.waits = false;
  stop(handle, LegTimer::resend);
  stop(handle, LegTimer::give_up);
  bool offers = !prack.body().empty();
  if (offers) {
    reject(s, from, prack, true, Reason::sdp_unacceptable);
  } else {
    reply_ok(s, from, prack, {});
  }
  Call& call = calls[leg.call];
  if (uint16_t held = std::exchange(leg.reliable.held, uint16_t(0)); held != 0) {
    sdp_size = leg.reliable.held_sdp ? slab.copy(call.preview, sdp_text).size() : 0;
    relay_provisional(s, call, held, nullptr);
  }
  return offers ? Reason::sdp_unacceptable : Reason::none;
}

void Engine::Impl::resend_provisional(const Surroundings& s, lane::Handle handle) {
  Leg& leg = legs[handle];
  servers.repeat(leg.server, context(s));
  leg.resend_interval = 2 * leg.resend_interval;
  arm(handle, LegTimer::resend, s.now + leg.resend_interval);
}

}  // namespace sbc::call
