#include <utility>

#include "sbc/call/glare.h"
#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"

// Somebody has answered a call that was begun for a party of another one (carry_out.cc). That party's leg
// moves over, and its peer is offered what was answered. Until it has accepted, there is a way back.

namespace sbc::call {
namespace {

/// Until we look again whether the party's leg is free.
constexpr Duration look_again = std::chrono::milliseconds(500);

}  // namespace

/// As soon as the party's leg is free, if that is within the time in which a transaction would have ended.
void Engine::Impl::join(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  stop(handle, CallTimer::join);
  call.exchange.open = false;
  const lane::Handle moved = call.legs[caller_side];
  const Call* origin = calls.find(call.origin);
  if (!moved && !origin) return end_call(s, handle, {Releaser::sbc, 0, Reason::transfer_failed});
  const bool ready = moved ? is_free(moved) && is_free(call.legs[callee_side])
                           : !origin->exchange.open && is_free(origin->legs[call.referred]);
  if (!ready) return join_later(s, handle, look_again);
  // RFC 3264 8: no offer has fewer sections than the one before, and of the target's there are no more.
  if (!moved && introduced_sections(legs[origin->legs[call.referred]]) >
                    introduced_sections(legs[call.legs[callee_side]]))
    return give_referred_back(s, handle, status_of(Reason::sdp_unacceptable));
  if (!moved) take_referred(s, handle);
  const Reason reason = offer_to_referred(s, handle);
  if (reason == Reason::none) return;
  call.anchor.withdraw(anchoring(s, call));
  carry_out_changes(s);
  give_referred_back(s, handle, status_of(reason));
}

void Engine::Impl::join_later(const Surroundings& s, lane::Handle handle, Duration after) {
  const Instant last = calls[handle].record.answered + 64 * s.policy.model->timers.t1;
  if (s.now + after <= last) return arm(handle, CallTimer::join, s.now + after);
  give_referred_back(s, handle, status_of(Reason::dialog_busy));
}

void Engine::Impl::move_leg(lane::Handle handle, lane::Handle to, unsigned side) {
  Leg& leg = legs[handle];
  calls[leg.call].legs[leg.side] = {};
  leg.call = to;
  leg.call_number = calls[to].record.id;
  leg.side = side;
  calls[to].legs[side] = handle;
  for (lane::Handle server : leg.servers()) servers.move(server, leg.call_number);
  for (lane::Handle client : leg.clients()) clients.move(client, leg.call_number);
}

/// Who has referred it has nobody to talk to any more, unless it comes back.
void Engine::Impl::take_referred(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  const lane::Handle origin_handle = call.origin;
  Call& origin = calls[origin_handle];
  drop_forwarded(s, origin);
  const lane::Handle referred = origin.legs[call.referred];
  forget_digits(s, legs[referred]);
  move_leg(referred, handle, caller_side);
  const Leg& leg = legs[referred];
  call.anchor.continue_as(caller_side, origin.anchor, call.referred);
  call.anchor.trust_sdp(caller_side, leg.trusted, leg.transport.remote.address);
  if (origin.legs[1 - call.referred]) return;
  call.origin = origin.successor = {};
  end_call(s, origin_handle, {Releaser::sbc, 0, Reason::transferred});
}

/// What the callee has answered, as an offer. Nobody waits for its answer but us.
Reason Engine::Impl::offer_to_referred(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  if (!read_introduced(legs[call.legs[callee_side]])) return Reason::pool_empty;
  Reason reason = call.anchor.offer(callee_side, session, sdp_text, sdp_size, anchoring(s, call));
  if (reason == Reason::none)
    reason = send_offer(s, call.legs[caller_side], sip::Method::invite, nullptr, 70);
  if (reason != Reason::none) return reason;
  call.exchange = {.open = true, .asker = callee_side, .ours = true};
  arm(handle, CallTimer::ring, s.now + 32 * s.policy.model->timers.t1);
  return reason;
}

/// The transfer is done. Who asked for it is told, and then has nobody to talk to.
void Engine::Impl::on_joined(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  Leg& callee = legs[call.legs[callee_side]];
  call.joining = false;
  if (!keeps_description(s, callee)) slab.release(callee.introduction);
  log(s, Severity::info, Reason::none, call, callee_side, "transfer is done");
  const lane::Handle left = std::exchange(call.origin, {});
  Call* origin = calls.find(left);
  if (!origin) return;
  origin->successor = {};
  const lane::Handle referrer = origin->legs[1 - call.referred];
  report(s, referrer, 200, true);
  if (!legs[referrer].report.client) end_call(s, left, {Releaser::sbc, 0, Reason::transferred});
}

/// RFC 3261 14.1: its session is what it was before, unless it does not know it any more.
void Engine::Impl::on_join_refused(const Surroundings& s, lane::Handle handle, int status) {
  if (status == 491)
    return join_later(s, handle,
                      pause_after_glare(legs[calls[handle].legs[caller_side]].call_id_ours, random));
  if (status == 408 || status == 481) return end_call(s, handle, {Releaser::sbc, 0, Reason::dialog_gone});
  give_referred_back(s, handle, relayed_status(status, true));
}

/// The transfer has come to nothing: the two who talked before do again, if both are still there.
void Engine::Impl::give_referred_back(const Surroundings& s, lane::Handle handle, int status) {
  Call& call = calls[handle];
  const lane::Handle moved = call.legs[caller_side];
  Call* origin = calls.find(call.origin);
  if (moved && origin && origin->legs[1 - call.referred]) {
    drop_forwarded(s, call);
    forget_digits(s, legs[moved]);
    move_leg(moved, call.origin, call.referred);
    origin->anchor.continue_as(call.referred, call.anchor, caller_side);
  }
  end_call(s, handle, {Releaser::sbc, status, Reason::transfer_failed});
}

}  // namespace sbc::call
