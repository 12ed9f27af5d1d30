#include <algorithm>

#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"

namespace sbc::call {
namespace {

/// Until a refresh that failed for a passing reason is tried again, at least.
constexpr Duration retry_min = std::chrono::seconds(5);

bool is_passing(int status) { return status == 491 || status == 500 || status == 503; }

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

void Engine::Impl::refresh_session(const Surroundings& s, lane::Handle handle) {
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
  if (clients.awaits_final(leg.refresh))  // the one before decides
    return arm(handle, LegTimer::session, s.now + s.policy.model->timers.probe);
  begin_session(s, handle, leg.session);
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
  if (status < 300) {
    move_target(leg, response);
    return begin_session(s, handle, session_as_client(response, true, leg.session));
  }
  const uint32_t least = status == 422 ? min_session(response).value_or(0) : 0;
  if (least > leg.session.least) {
    leg.session.least = least;
    leg.session.seconds = std::max(leg.session.seconds, least);
  } else if (!is_passing(status)) {
    if (is_method_refused(status)) leg.takes_update = false;
    return begin_session(s, handle, {});
  }
  retry_refresh(s, handle, retry_after_in(response));
}

}  // namespace sbc::call
