#include "sbc/call/cause.h"
#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"

namespace sbc::call {

Transport Engine::Impl::hop_of(const Leg& leg) const {
  Transport to = leg.transport;
  to.remote = next_hop(leg.dialog, leg.transport.remote);
  return to;
}

/// The ACK of our 2xx; with a late offer it brings the answer.
void Engine::Impl::on_acknowledged(const Surroundings& s, lane::Handle handle, const sip::Message& ack) {
  Leg& leg = legs[handle];
  servers.settle(leg.accepted);
  leg.accepted = {};
  stop(handle, LegTimer::resend);
  stop(handle, LegTimer::give_up);
  if (leg.lingering) return say_goodbye(s, handle, nullptr);
  Call& call = calls[leg.call];
  call.exchange.open = false;
  if (!call.exchange.offer_in_answer) return;
  Reason reason = read_sdp(ack);
  if (reason == Reason::none && !has_sdp(ack)) reason = Reason::answer_bad;
  if (reason == Reason::none) reason = call.anchor.answer(session, false, sdp_text, sdp_size, anchoring(s));
  if (reason != Reason::none) {
    end_call(s, leg.call, {Releaser::sbc, 0, Reason::answer_bad});
    return;
  }
  call.media_since = s.now;
  lane::Handle other = call.legs[1 - leg.side];
  if (!acknowledge(s, other, legs[other].unacknowledged, sdp()))
    end_call(s, leg.call, {Releaser::sbc, 0, Reason::message_too_long});
}

Reason Engine::Impl::on_bye(const Surroundings& s, const Transport& from, const sip::Message& request,
                            lane::Handle handle) {
  const Leg& leg = legs[handle];
  if (leg.lingering) {
    reply_ok(s, from, request, {});
    return Reason::none;
  }
  const Call& call = calls[leg.call];
  bool callee_before_answer = leg.side == callee_side && !call.answered();
  if (callee_before_answer) return reject(s, from, request, true, Reason::no_transaction);
  reply_ok(s, from, request, {});
  Releaser releaser = leg.side == caller_side ? Releaser::caller : Releaser::callee;
  end_call(s, leg.call, {releaser, 487, Reason::none, &request, cause_in(request, cause_normal_clearing)});
  return Reason::none;
}

/// An offer is on its way between the legs, or an INVITE of one of them is not over (RFC 3261 14.1, 14.2).
bool Engine::Impl::is_busy(const Call& call) const {
  if (!call.answered() || call.exchange.open) return true;
  for (lane::Handle handle : call.legs) {
    const Leg& leg = legs[handle];
    if (leg.awaits_ack() || servers.awaits_final(leg.server) || clients.awaits_final(leg.client)) return true;
  }
  return false;
}

Reason Engine::Impl::on_reinvite(const Surroundings& s, const Transport& from, const sip::Message& request,
                                 lane::Handle handle) {
  Leg& leg = legs[handle];
  if (leg.lingering) return reject(s, from, request, true, Reason::no_transaction);
  if (servers.awaits_final(leg.server)) {
    // RFC 3261 14.2: the peer's own INVITE is not answered yet.
    auto later = std::chrono::seconds(1 + random.below(10));
    return reject(s, from, request, true, Reason::request_pending, 500, later);
  }
  Call& call = calls[leg.call];
  if (is_busy(call)) return reject(s, from, request, true, Reason::request_pending);
  Reason reason = request.max_forwards() == 0u ? Reason::hops_exhausted : Reason::none;
  if (!can_refuse(s, from, request)) reason = Reason::message_too_long;
  if (reason == Reason::none && !refresh_target(leg.dialog, request)) reason = Reason::header_bad;
  if (reason == Reason::none) reason = offer_to(s, call, 1 - leg.side, request);
  if (reason != Reason::none) return reject(s, from, request, true, reason);
  return forward_reinvite(s, from, request, handle);
}

/// The offer, if any, is in sdp() and outstanding.
Reason Engine::Impl::forward_reinvite(const Surroundings& s, const Transport& from,
                                      const sip::Message& request, lane::Handle handle) {
  Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  lane::Handle server = servers.begin(request, from);
  if (!server) {
    call.anchor.withdraw(anchoring(s));
    carry_out_changes(s);
    return reject(s, from, request, false, Reason::pool_empty);
  }
  servers.find(server)->leg = handle;
  leg.server = server;
  leg.invite_cseq = request.cseq().number;
  call.exchange = {true, leg.side, !has_sdp(request)};
  respond(s, handle, 100, {}, nullptr);
  Reason reason = send_invite(s, call.legs[1 - leg.side], request, request.max_forwards().value_or(70) - 1);
  if (reason == Reason::none) {
    arm(leg.call, CallTimer::ring, s.now + call.profile.ring_timeout);
    return reason;
  }
  call.anchor.withdraw(anchoring(s));
  call.exchange.open = false;
  respond(s, handle, status_of(reason), {}, nullptr, s.policy.model->limits.retry_after);
  return reason;
}

void Engine::Impl::on_reinvite_response(const Surroundings& s, lane::Handle handle, lane::Handle transaction,
                                        const sip::Message& response) {
  int status = response.status();
  if (status < 200) return;
  Leg& leg = legs[handle];
  lane::Handle call_handle = leg.call;
  Call& call = calls[call_handle];
  lane::Handle asker = call.legs[call.exchange.asker];
  leg.client = {};
  stop(call_handle, CallTimer::ring);
  if (status < 300) {
    leg.unacknowledged = transaction;
    Reason reason = refresh_target(leg.dialog, response) ? carry_answer(s, call, leg.side, response)
                                                         : Reason::response_too_large;
    if (reason == Reason::none && !respond(s, asker, 200, sdp(), &response))
      reason = Reason::response_too_large;
    if (reason != Reason::none) return end_call(s, call_handle, {Releaser::sbc, 0, reason});
    accept(s, asker);
    call.media_since = s.now;
    if (!call.exchange.offer_in_answer) acknowledge(s, handle, transaction, {});
    return;
  }
  // RFC 3261 14.1: the session goes on as before, unless the peer does not know it any more.
  call.anchor.withdraw(anchoring(s));
  call.exchange.open = false;
  bool gone = status == 408 || status == 481;
  respond(s, asker, relayed_status(status, true), {}, &response, retry_after_in(response));
  carry_out_changes(s);
  if (gone) end_call(s, call_handle, {Releaser::sbc, 0, Reason::dialog_gone});
}

}  // namespace sbc::call
