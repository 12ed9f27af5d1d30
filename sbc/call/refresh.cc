#include <algorithm>

#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"

namespace sbc::call {
namespace {

/// Until a refresh that failed for a passing reason is tried again, at least.
constexpr Duration retry_min = std::chrono::seconds(5);

/// 487: it was asked, and nobody answered it in time.
bool is_passing(int status) { return status == 487 || status == 491 || status == 500 || status == 503; }

}  // namespace

uint32_t Engine::Impl::session_seconds(const Surroundings& s) const {
  return uint32_t(std::chrono::duration_cast<std::chrono::seconds>(s.policy.model->timers.session).count());
}

/// From now on for as long as was agreed. What an earlier agreement had us ask does not count any more.
void Engine::Impl::begin_session(const Surroundings& s, lane::Handle handle, const SessionTimer& timer) {
  Leg& leg = legs[handle];
  leg.session = timer;
  leg.session_end = s.now + std::chrono::seconds(timer.seconds);
  leg.refresh = {};
  const Duration probe = s.policy.model->timers.probe;
  const Duration due = timer.refresher == Refresher::none ? probe : timer.due_after();
  arm(handle, LegTimer::session, due > Duration(0) ? s.now + due : Instant::never());
}

/// Where a refresh cannot be had now: later, unless the session is over by then. That is the peer's to
/// decide: it has answered, so it lives.
void Engine::Impl::retry_refresh(const Surroundings& s, lane::Handle handle, Duration after) {
  Instant next = s.now + std::max(after, retry_min);
  if (next < legs[handle].session_end) return arm(handle, LegTimer::session, next);
  begin_session(s, handle, {});
}

void Engine::Impl::on_session_due(const Surroundings& s, lane::Handle handle) {
  Leg& leg = legs[handle];
  if (leg.session.refresher == Refresher::us) return refresh_session(s, handle);
  if (leg.session.refresher == Refresher::none) return probe(s, handle);
  // Its refresh may be under way, and waits for the other side.
  if (servers.awaits_final(leg.server) && s.now < leg.session_end)
    return arm(handle, LegTimer::session, leg.session_end);
  end_call(s, leg.call, {Releaser::sbc, 0, Reason::session_expired});
}

/// By UPDATE, which needs no offer; by re-INVITE only where the peer does not take that.
void Engine::Impl::refresh_session(const Surroundings& s, lane::Handle handle) {
  if (legs[handle].takes_update) return refresh_by_update(s, handle);
  if (refresh_by_invite(s, handle) != Reason::none) retry_refresh(s, handle, retry_min);
}

/// Both sessions of a call are due at the same time more often than not. Then the caller's comes first, in
/// whatever order their deadlines were set.
bool Engine::Impl::lets_caller_refresh(const Surroundings& s, const Leg& leg) const {
  const lane::Handle handle = calls[leg.call].legs[caller_side];
  const Leg* caller = leg.side == callee_side ? legs.find(handle) : nullptr;
  return caller && !caller->takes_update && caller->session.refresher == Refresher::us &&
         wheel.deadline(keys.of_leg(handle.index, LegTimer::session)) <= s.now;
}

/// RFC 4028 7.4: what the peer was told last, once more and in the same version; of the other side's peer it
/// is what that has described last. dialog_busy while there is another offer.
Reason Engine::Impl::refresh_by_invite(const Surroundings& s, lane::Handle handle) {
  const Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  const unsigned asker = 1 - leg.side;
  // Whoever has to be told something else (narrowed.cc), is told that first.
  const bool later = is_busy(call) || !call.preview.empty() || lets_caller_refresh(s, leg);
  if (later || !is_described(call, asker)) return Reason::dialog_busy;
  Reason reason = call.anchor.offer_again(asker, session, sdp_text, sdp_size, anchoring(s, call));
  if (reason != Reason::none) return reason;
  call.exchange = {.open = true, .asker = asker, .ours = true, .refreshes = true};
  reason = send_offer(s, handle, sip::Method::invite, nullptr, 70);
  if (reason == Reason::none) {
    arm(leg.call, CallTimer::ring, s.now + 32 * s.policy.model->timers.t1);
    return reason;
  }
  withdraw_offer(s, call);
  carry_out_changes(s);
  return reason;
}

void Engine::Impl::refresh_by_update(const Surroundings& s, lane::Handle handle) {
  Leg& leg = legs[handle];
  auto sent = send_in_dialog(s, handle, sip::Method::update, 70, [&](sip::Writer& out) {
    write_contact(out, leg.transport.local);
    write_allow(out);
    write_session_request(out, leg.session);
    out.body({});
  });
  if (!sent) return retry_refresh(s, handle, retry_min);
  leg.refresh = *sent;
}

/// Whether a peer that has agreed to no timer still knows the call: by UPDATE where it takes that, since it
/// may answer OPTIONS whatever has become of the dialog (RFC 3261 11.2).
void Engine::Impl::probe(const Surroundings& s, lane::Handle handle) {
  Leg& leg = legs[handle];
  const lane::Handle before = leg.refresh;
  begin_session(s, handle, leg.session);
  leg.refresh = before;
  if (clients.awaits_final(before)) return;  // it decides
  const sip::Method method = leg.takes_update ? sip::Method::update : sip::Method::options;
  auto sent = send_in_dialog(s, handle, method, 70, [&](sip::Writer& out) {
    write_contact(out, leg.transport.local);
    write_allow(out);
    out.body({});
  });
  if (sent) leg.refresh = *sent;
}

/// RFC 4028 10: a peer that does not know the session, or does not answer, ends it.
void Engine::Impl::on_refresh_response(const Surroundings& s, lane::Handle handle,
                                       const sip::Message& response) {
  Leg& leg = legs[handle];
  leg.refresh = {};
  const int status = response.status();
  if (status == 408 || status == 481) return end_call(s, leg.call, {Releaser::sbc, 0, Reason::dialog_gone});
  if (leg.session.refresher == Refresher::none) {
    if (is_method_refused(status)) leg.takes_update = false;
    return;  // it lives
  }
  if (status >= 300) return on_refresh_refused(s, handle, true, response);
  move_target(leg, response);
  begin_session(s, handle, session_as_client(response, leg.session));
}

/// The session is what it was before.
void Engine::Impl::on_refresh_refused(const Surroundings& s, lane::Handle handle, bool by_update,
                                      const sip::Message& response) {
  Leg& leg = legs[handle];
  const int status = response.status();
  if (status == 408 || status == 481) return end_call(s, leg.call, {Releaser::sbc, 0, Reason::dialog_gone});
  if (leg.session.refresher != Refresher::us) return;  // by an UPDATE of the peer's, meanwhile
  if (lengthen_session(leg.session, response)) return retry_refresh(s, handle, retry_after_in(response));
  if (by_update && is_method_refused(status)) {
    leg.takes_update = false;
    if (!is_described(calls[leg.call], 1 - leg.side)) return begin_session(s, handle, {});
  } else if (!is_passing(status)) {
    return begin_session(s, handle, {});
  }
  retry_refresh(s, handle, retry_after_in(response));
}

}  // namespace sbc::call
