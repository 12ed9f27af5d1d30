#include <algorithm>

#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"

namespace sbc::call {

void Engine::Impl::learn_allow(Leg& leg, const sip::Message& message) {
  if (message.has(sip::Header::allow)) leg.takes_update = allows(message, sip::Method::update);
}

/// RFC 3261 12.2.2: header_bad, or pool_empty, where the target stays what it was.
Reason Engine::Impl::move_target(Leg& leg, const sip::Message& message) {
  if (!message.has(sip::Header::contact)) return Reason::none;
  dialog::Dialog dialog = open(leg);
  if (!refresh_target(dialog, message)) return Reason::header_bad;
  return keep(leg, dialog) ? Reason::none : Reason::pool_empty;
}

/// RFC 3261 12.2.2: with a request that may yet be refused. header_bad, or pool_empty, where it cannot be.
Reason Engine::Impl::propose_target(Leg& leg, const sip::Message& request) {
  slab.release(leg.proposed_target);
  if (!request.has(sip::Header::contact)) return Reason::none;
  dialog::Dialog dialog = open(leg);
  if (!refresh_target(dialog, request)) return Reason::header_bad;
  return slab.keep(leg.proposed_target, dialog.remote_target.view()) ? Reason::none : Reason::pool_empty;
}

/// It was accepted. pool_empty where the target stays what it was.
Reason Engine::Impl::take_proposed_target(Leg& leg) {
  const std::string_view target = slab.copy(leg.proposed_target, head_bytes);
  slab.release(leg.proposed_target);
  if (target.empty()) return Reason::none;
  dialog::Dialog dialog = open(leg);
  return dialog.remote_target.assign(target) && keep(leg, dialog) ? Reason::none : Reason::pool_empty;
}

/// RFC 3311 5.2. Without an offer it concerns this leg alone: its target, and that its peer is alive.
Reason Engine::Impl::on_update(const Surroundings& s, const Transport& from, const sip::Message& update,
                               lane::Handle handle) {
  Leg& leg = legs[handle];
  if (leg.lingering) return reject(s, from, update, true, Reason::no_transaction);
  Reason reason = read_sdp(update);
  if (reason == Reason::none && has_sdp(update)) return on_new_offer(s, from, update, handle);
  learn_allow(leg, update);
  // Before the session there is none to refresh.
  bool refreshes = leg.dialog.state == dialog::DialogState::confirmed;
  const bool can_refresh = leg.takes_update || is_described(calls[leg.call], 1 - leg.side);
  auto timer = session_as_server(update, can_refresh, session_seconds(s), leg.session.least);
  if (reason == Reason::none) reason = timer.reason();
  if (reason == Reason::none) reason = move_target(leg, update);
  if (reason != Reason::none) return reject(s, from, update, true, reason);
  sip::Writer out(room(s, from));
  write_reply_start(out, update, from, 200, sip::phrase_of(200), {});
  write_contact(out, leg.transport.local);
  write_allow(out);
  if (refreshes) write_session_response(out, *timer);
  out.body({});
  if (out.overflowed()) return reject(s, from, update, true, Reason::message_too_long);
  slab.release(leg.proposed_target);  // an offer before it knows less of where its peer is
  if (refreshes) begin_session(s, handle, *timer);
  send_reply(s, from, update, true, 200, out.written().size());
  return Reason::none;
}

/// An offer is on its way between the legs, or an INVITE of one of them is not over (RFC 3261 14.1, 14.2).
bool Engine::Impl::is_busy(const Call& call) const {
  if (!call.answered() || call.exchange.open || call.early.client || call.joining) return true;
  return std::any_of(call.legs.begin(), call.legs.end(), [this](lane::Handle leg) { return !is_free(leg); });
}

/// Nothing of INVITE or an offer is under way on this leg. There is none where its peer has left a call that
/// is being transferred.
bool Engine::Impl::is_free(lane::Handle handle) const {
  const Leg* leg = legs.find(handle);
  return leg && !leg->awaits_ack() && !servers.awaits_final(leg->server) &&
         !clients.awaits_final(leg->client);
}

/// A re-INVITE, or an UPDATE with an offer.
Reason Engine::Impl::on_new_offer(const Surroundings& s, const Transport& from, const sip::Message& request,
                                  lane::Handle handle) {
  Leg& leg = legs[handle];
  if (leg.lingering) return reject(s, from, request, true, Reason::no_transaction);
  if (request.method() == sip::Method::update && may_offer_early(leg))
    return on_early_offer(s, from, request, handle);
  Call& call = calls[leg.call];
  const bool asks_early = call.early.client && call.early.asker == leg.side;
  if (servers.awaits_final(leg.server) || asks_early) {
    // RFC 3261 14.2, RFC 3311 5.2: the peer's own offer is not answered yet.
    auto later = std::chrono::seconds(1 + random.below(10));
    return reject(s, from, request, true, Reason::request_pending, 500, later);
  }
  if (is_busy(call)) return reject(s, from, request, true, Reason::request_pending);
  // Who a party is being transferred to has been offered the streams that there are (joining.cc).
  const size_t sections = call.successor ? introduced_sections(leg) : 0;
  if (sections != 0 && read_sdp(request) == Reason::none && session.media().size() > sections)
    return reject(s, from, request, true, Reason::request_pending);
  learn_allow(leg, request);
  auto timer = session_as_server(request, true, session_seconds(s), leg.session.least);
  Reason reason = request.max_forwards() == 0u ? Reason::hops_exhausted : timer.reason();
  if (!can_refuse(s, from, request)) reason = Reason::message_too_long;
  if (reason == Reason::none) reason = propose_target(leg, request);
  if (reason == Reason::none) reason = offer_to(s, call, 1 - leg.side, request);
  if (reason != Reason::none) {
    slab.release(leg.proposed_target);
    return reject(s, from, request, true, reason);
  }
  leg.proposed = *timer;
  return forward_offer(s, from, request, handle);
}

/// The offer, if any, is in sdp() and outstanding. An UPDATE becomes a re-INVITE for a peer that does not
/// take UPDATE.
Reason Engine::Impl::forward_offer(const Surroundings& s, const Transport& from, const sip::Message& request,
                                   lane::Handle handle) {
  Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  bool by_update = request.method() == sip::Method::update;
  call.exchange = {true, leg.side, !has_sdp(request), by_update};
  lane::Handle server = servers.begin_waiting(request, from, context(s));
  if (!server) {
    withdraw_offer(s, call);
    carry_out_changes(s);
    return reject(s, from, request, false, Reason::pool_empty);
  }
  servers.belongs_to(server, {handle, leg.call_number});
  leg.server = server;
  if (!by_update) {
    leg.invite_cseq = request.cseq().number;
    respond(s, handle, 100, {}, nullptr);
  }
  lane::Handle other = call.legs[1 - leg.side];
  sip::Method method = by_update && legs[other].takes_update ? sip::Method::update : sip::Method::invite;
  Reason reason = send_offer(s, other, method, &request, request.max_forwards().value_or(70) - 1);
  if (reason == Reason::none) {
    // Who sent an UPDATE waits for 64 * T1 and no longer (RFC 3261 17.1.2.2): half of it is for who has to
    // answer the INVITE in its place.
    Duration patience = by_update ? 32 * s.policy.model->timers.t1 : call.profile.ring_timeout;
    if (method == sip::Method::invite) arm(leg.call, CallTimer::ring, s.now + patience);
    return reason;
  }
  withdraw_offer(s, call);
  respond(s, handle, status_of(reason), {}, nullptr, s.policy.model->limits.retry_after);
  return reason;
}

void Engine::Impl::on_offer_response(const Surroundings& s, lane::Handle handle, lane::Handle transaction,
                                     const sip::Message& response) {
  int status = response.status();
  if (status < 200) return;
  Leg& leg = legs[handle];
  lane::Handle call_handle = leg.call;
  Call& call = calls[call_handle];
  leg.client = {};
  stop(call_handle, CallTimer::ring);
  if (status < 300) return on_offer_accepted(s, handle, transaction, response);
  const auto* asked = clients.find(transaction);
  const bool by_update = asked && !asked->is_invite();
  withdraw_offer(s, call);
  if (is_method_refused(status)) leg.takes_update = false;  // the next one comes as re-INVITE
  bool gone = status == 408 || status == 481;               // the peer does not know the session any more
  int told = call.exchange.by_update ? forwarded_status(status) : relayed_status(status, true);
  // Nothing is wrong with the offer: it is to come again.
  if (!call.exchange.refreshes && lengthen_session(leg.session, response)) told = 491;
  const bool waits = is_waiting(call.legs[call.exchange.asker]);
  if (waits) respond(s, call.legs[call.exchange.asker], told, {}, &response, retry_after_in(response));
  carry_out_changes(s);
  if (call.exchange.refreshes) return on_refresh_refused(s, handle, false, response);
  if (call.exchange.ours) return on_own_offer_refused(s, call_handle, by_update, response);
  if (gone) end_call(s, call_handle, {Releaser::sbc, 0, Reason::dialog_gone});
}

/// It was refused, or has not left: all is as it was before (RFC 3261 12.2.2, 14.1).
void Engine::Impl::withdraw_offer(const Surroundings& s, Call& call) {
  call.anchor.withdraw(anchoring(s, call));
  call.exchange.open = false;
  slab.release(call.offered);
  if (Leg* asker = legs.find(call.legs[call.exchange.asker])) slab.release(asker->proposed_target);
}

/// Whose offer is answered by the other side. None waits where it was ours, or its peer has left.
bool Engine::Impl::is_waiting(lane::Handle asker) const {
  const Leg* leg = legs.find(asker);
  return leg && servers.awaits_final(leg->server);
}

void Engine::Impl::on_offer_accepted(const Surroundings& s, lane::Handle handle, lane::Handle transaction,
                                     const sip::Message& response) {
  Leg& leg = legs[handle];
  lane::Handle call_handle = leg.call;
  Call& call = calls[call_handle];
  lane::Handle asker = call.legs[call.exchange.asker];
  bool invited = clients.find(transaction)->is_invite();
  if (invited) leg.unacknowledged = transaction;
  if (!is_waiting(asker)) return on_own_offer_accepted(s, handle, response);
  Reason reason = move_target(leg, response) == Reason::none ? carry_answer(s, call, leg.side, response)
                                                             : Reason::response_too_large;
  legs[asker].session = legs[asker].proposed;
  if (reason == Reason::none && !respond(s, asker, 200, sdp(), &response))
    reason = Reason::response_too_large;
  if (reason == Reason::none) reason = take_proposed_target(legs[asker]);
  if (reason != Reason::none) {
    if (invited) acknowledge_alone(s, handle, response);
    return end_call(s, call_handle, {Releaser::sbc, 0, reason});
  }
  slab.release(call.preview);  // what both sides know now is newer
  call.retold = 0;
  stop(call_handle, CallTimer::retell);
  begin_session(s, asker, legs[asker].proposed);
  begin_session(s, handle, session_as_client(response, leg.session));
  if (!call.exchange.offer_in_answer) learn_offered(s, call, legs[asker]);
  if (call.exchange.by_update) {
    servers.settle(legs[asker].updated);  // its sender has the answer, or it would not have sent this one
    legs[asker].updated = legs[asker].server;
    legs[asker].server = {};
    call.exchange.open = false;
  } else {
    accept(s, asker);
  }
  expect_media(s, legs[asker].call);
  if (invited && !call.exchange.offer_in_answer && !acknowledge(s, handle, {}, &response))
    end_call(s, call_handle, {Releaser::sbc, 0, Reason::message_too_long});
}

/// An answer that goes no further: to an offer of ours, or to one whose sender has left. A refresh may lack
/// one, where its peer finds nothing to say: then nothing has changed.
void Engine::Impl::on_own_offer_accepted(const Surroundings& s, lane::Handle handle,
                                         const sip::Message& response) {
  Leg& leg = legs[handle];
  const lane::Handle call_handle = leg.call;
  Call& call = calls[call_handle];
  call.exchange.open = false;
  const bool refreshes = call.exchange.refreshes;
  const bool ours = call.exchange.ours && (!refreshes || has_sdp(response));
  const anchor::Anchor::Told told = call.anchor.told(1 - leg.side);
  const uint64_t sealed_with = call.anchor.sealed_with(leg.side, streams);
  bool narrowed = ours && (refreshes ? loses(s, call, response) : call.joining && narrows(s, call, response));
  Reason reason = move_target(leg, response);
  if (ours && reason == Reason::none) reason = carry_answer(s, call, leg.side, response);
  if (!ours) call.anchor.withdraw(anchoring(s, call));
  // Where released media goes crosses as it is, so it may be anything that was not told yet; and so do keys
  // that pass, in whatever answer they change.
  if (refreshes && call.anchor.is_released()) narrowed = call.anchor.told(1 - leg.side) != told;
  narrowed = narrowed || (ours && call.anchor.sealed_with(leg.side, streams) != sealed_with);
  if (refreshes) call.anchor.keep_told(1 - leg.side, told);
  carry_out_changes(s);
  if (reason != Reason::none) return end_call(s, call_handle, {Releaser::sbc, 0, reason});
  begin_session(s, handle, session_as_client(response, leg.session));
  expect_media(s, call_handle);
  if (leg.unacknowledged) acknowledge_alone(s, handle, response);
  if (!ours) return;
  slab.release(call.preview);  // who was to be told of it, has been (narrowed.cc)
  if (!narrowed) call.retold = 0;
  if (call.joining) on_joined(s, call_handle);
  if (narrowed) tell_narrowed(s, call_handle, 1 - legs[handle].side, response);
}

void Engine::Impl::on_own_offer_refused(const Surroundings& s, lane::Handle handle, bool by_update,
                                        const sip::Message& response) {
  if (calls[handle].joining) return on_join_refused(s, handle, response.status());
  on_answer_refused(s, handle, by_update, response);
}

}  // namespace sbc::call
