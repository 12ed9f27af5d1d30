#include <algorithm>

#include "dataplane/sip/multipart.h"
#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"

// An offer by UPDATE before the call is answered (RFC 3311 5.1). It crosses where both sides have the answer
// to the INVITE's offer for good: the callee has given it in a reliable provisional response and has our
// PRACK, and the caller has acknowledged ours (RFC 3262 5). Only in the one early dialog in which that was;
// what other forks say of media meanwhile is left out, and counts once one of them answers the call. Not
// where early media is gated (preview.cc): what is agreed on early is not held back any more.

namespace sbc::call {

bool Engine::Impl::may_offer_early(const Leg& asker) const {
  const Call& call = calls[asker.call];
  const Leg* caller = legs.find(call.legs[caller_side]);
  const Leg* callee = legs.find(call.legs[callee_side]);
  if (call.answered() || !caller || !callee) return false;
  const Forks& forks = call.forks;
  const uint64_t fork = call.early.known;
  const bool agreed = fork != 0 && fork == call.early.answered && fork == forks.known[forks.current].id &&
                      fork == call.previewed.fork + call.record.attempts && fork == fork_of(*callee);
  const bool final = call.previewed.reliable && !call.anchor.holds_back(caller_side);
  const Leg& other = asker.side == caller_side ? *callee : *caller;
  const bool acknowledged = !caller->reliable.waits && !clients.awaits_final(call.early.prack);
  return agreed && final && acknowledged && (call.early.done || call.anchor.previewed()) &&
         other.takes_update;
}

/// RFC 3311 5.2: one at a time.
Reason Engine::Impl::on_early_offer(const Surroundings& s, const Transport& from, const sip::Message& update,
                                    lane::Handle handle) {
  Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  if (call.early.client) {
    const bool own = call.early.asker == leg.side;
    const auto later = own ? std::chrono::seconds(1 + random.below(10)) : Duration(-1);
    return reject(s, from, update, true, Reason::request_pending, own ? 500 : 491, later);
  }
  Reason reason = check_forwarded(s, from, update, leg);
  if (reason == Reason::none) reason = propose_target(leg, update);
  if (reason != Reason::none) return reject(s, from, update, true, reason);
  const lane::Handle other = leg_to_ask(s, handle);
  if (other) return forward_early_offer(s, from, update, handle, other);
  slab.release(leg.proposed_target);
  return put_off(s, from, update);
}

Reason Engine::Impl::forward_early_offer(const Surroundings& s, const Transport& from,
                                         const sip::Message& update, lane::Handle handle,
                                         lane::Handle other) {
  Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  if (!std::exchange(call.early.done, true)) call.anchor.settle(anchoring(s, call));
  Reason reason = offer_to(s, call, 1 - leg.side, update);
  carry_out_changes(s);
  if (reason != Reason::none) {
    slab.release(leg.proposed_target);
    return reject(s, from, update, true, reason);
  }
  keep_offered(call, update);
  learn_allow(leg, update);
  char text[512];
  sip::Writer headers(text);
  write_contact(headers, legs[other].transport.local);
  write_allow(headers);
  SBC_CHECK(!headers.overflowed());
  call.early.asker = leg.side;
  const auto client = forward(s, from, update, other, {headers.written(), sdp_type, sdp()});
  if (client) {
    call.early.client = *client;
  } else {
    withdraw_early_offer(s, call);
  }
  return client.reason();
}

/// All is as it was before it.
void Engine::Impl::withdraw_early_offer(const Surroundings& s, Call& call) {
  call.early.client = {};
  call.anchor.withdraw(anchoring(s, call));
  carry_out_changes(s);
  slab.release(call.offered);
  if (Leg* asker = legs.find(call.legs[call.early.asker])) slab.release(asker->proposed_target);
}

/// `server`: who waits for it.
void Engine::Impl::on_early_answer(const Surroundings& s, lane::Handle handle, lane::Handle server,
                                   const sip::Message& response) {
  const lane::Handle call_handle = legs[handle].call;
  Call& call = calls[call_handle];
  const Leg& asker = legs[call.legs[call.early.asker]];
  const int status = response.status();
  if (status >= 300) {
    withdraw_early_offer(s, call);
    if (status == 408) return servers.leave_unanswered(server, context(s));  // of an element between
    respond(s, asker, server, forwarded_status(status), {}, &response, retry_after_in(response));
    if (status == 481 && call.answered()) end_call(s, call_handle, {Releaser::sbc, 0, Reason::dialog_gone});
    return;
  }
  call.early.client = {};
  const Reason reason = take_early_answer(s, handle, server, response);
  carry_out_changes(s);
  if (reason == Reason::none) return;
  // Its peer has gone over to what nobody else knows.
  if (servers.awaits_final(server)) respond(s, asker, server, status_of(reason), {}, nullptr);
  end_call(s, call_handle, {Releaser::sbc, 0, reason});
}

Reason Engine::Impl::take_early_answer(const Surroundings& s, lane::Handle handle, lane::Handle server,
                                       const sip::Message& response) {
  Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  Leg& asker = legs[call.legs[call.early.asker]];
  sdp_size = 0;
  const bool described = read_sdp(response) == Reason::none && has_sdp(response);
  if (!described ||
      call.anchor.answer(session, false, sdp_text, sdp_size, anchoring(s, call)) != Reason::none)
    return Reason::answer_bad;
  // Another fork may have spoken since: then that is where the leg's requests go.
  const bool same = response.to().tag() == open(leg).remote_tag.view();
  if (same && move_target(leg, response) != Reason::none) return Reason::response_too_large;
  if (!respond(s, asker, server, 200, sdp(), &response)) return Reason::response_too_large;
  servers.settle(asker.updated);  // as after the call is answered
  asker.updated = server;
  expect_media(s, leg.call);
  introduce(s, leg, response);
  learn_offered(s, call, asker);
  if (asker.side == caller_side || fork_of(asker) == call.early.known) return take_proposed_target(asker);
  slab.release(asker.proposed_target);
  return Reason::none;
}

/// What another fork answers the INVITE's offer with, before one of them answers the call.
void Engine::Impl::keep_other_answer(Call& call, const sip::Message& response) {
  auto text = sip::find_part(response, sip::session_description);
  if (!text || text->empty() || fork_of(call, response) == call.early.known) return;
  slab.keep(call.preview, *text);
  call.early.other = fork_tag(response);
}

/// The call is answered by another fork than the one that UPDATEs have gone to: what that answers, or has
/// answered before, is the INVITE's offer, which is outstanding again.
Reason Engine::Impl::answer_as_other_fork(const Surroundings& s, Call& call, const sip::Message& response) {
  drop_forwarded(s, call);
  const bool answered_before = call.early.other == fork_tag(response);
  call.early = {};
  const sip::Message* invite = read_invite(call);
  Leg* caller = legs.find(call.legs[caller_side]);
  if (!invite || !caller || read_sdp(*invite) != Reason::none) return Reason::answer_bad;
  slab.release(caller->introduction);
  introduce(s, *caller, *invite);
  call.anchor.begin_again(callee_side);
  Reason reason = call.anchor.offer_again(caller_side, session, sdp_text, sdp_size, anchoring(s, call),
                                          anchor::Anchor::Asker::told);
  if (reason != Reason::none || read_sdp(response) != Reason::none) return Reason::answer_bad;
  const lane::Handle callee = call.legs[callee_side];
  const bool described = has_sdp(response);
  const transaction::Kept before =
      answered_before ? call.preview : call.forks.described_by(fork_of(call, response));
  if (!described && !read_described(s, legs[callee], before)) return Reason::answer_bad;
  reason = call.anchor.answer(session, false, sdp_text, sdp_size, anchoring(s, call));
  if (reason != Reason::none) return Reason::answer_bad;
  if (described) learn_description(s, callee, response);
  return Reason::none;
}

}  // namespace sbc::call
