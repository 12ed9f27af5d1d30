#include "sbc/call/cause.h"
#include "sbc/call/impl.h"

namespace sbc::call {

Transport Engine::Impl::hop_of(const Leg& leg, const dialog::Dialog& dialog) const {
  Transport to = leg.transport;
  to.remote = next_hop(dialog, leg.transport.remote);
  return to;
}

/// The ACK of our 2xx.
void Engine::Impl::on_acknowledged(const Surroundings& s, lane::Handle handle, const sip::Message& ack) {
  Leg& leg = legs[handle];
  stop(handle, LegTimer::resend);
  stop(handle, LegTimer::give_up);
  const Reason reason = leg.lingering ? Reason::none : carry_late_answer(s, handle, ack);
  servers.settle(leg.accepted);
  leg.accepted = {};
  if (leg.lingering) return say_goodbye(s, handle, slab.copy(leg.parting, parting_bytes));
  if (reason != Reason::none) return end_call(s, leg.call, {Releaser::sbc, 0, reason});
  if (calls[leg.call].exchange.made) on_turned_acknowledged(s, leg.call, ack);
}

Reason Engine::Impl::on_bye(const Surroundings& s, const Transport& from, const sip::Message& request,
                            lane::Handle handle) {
  const Leg& leg = legs[handle];
  if (leg.lingering) {
    reply_ok(s, from, request, {});
    return Reason::none;
  }
  Call& call = calls[leg.call];
  bool callee_before_answer = leg.side == callee_side && !call.answered();
  if (callee_before_answer) return reject(s, from, request, true, Reason::no_transaction);
  reply_ok(s, from, request, {});
  if (!call.answered() && leaves_others(call, request.to().tag())) {
    // Nobody acknowledges a provisional response of a dialog that is over; the others wait behind it.
    if (leg.reliable.waits && call.forks.known[call.forks.current].over) relay_held(s, leg.call);
    return Reason::none;
  }
  if (leaves_transfer_behind(leg)) {
    leave_referrer(s, handle);
    return Reason::none;
  }
  Releaser releaser = leg.side == caller_side ? Releaser::caller : Releaser::callee;
  end_call(s, leg.call, {releaser, 487, Reason::none, &request, cause_in(request, cause_normal_clearing)});
  return Reason::none;
}

}  // namespace sbc::call
