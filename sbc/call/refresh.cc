#include "sbc/call/impl.h"

namespace sbc::call {
namespace {

/// Until a refresh that failed for a passing reason is tried again.
constexpr Duration retry_after = std::chrono::seconds(5);

bool is_method_refused(int status) { return status == 405 || status == 420 || status == 501; }

}  // namespace

uint32_t Engine::Impl::session_seconds(const Surroundings& s) const {
  return uint32_t(std::chrono::duration_cast<std::chrono::seconds>(s.policy.model->timers.session).count());
}

/// From now on for as long as was agreed.
void Engine::Impl::begin_session(const Surroundings& s, lane::Handle handle, const SessionTimer& timer) {
  legs[handle].session = timer;
  if (timer.refresher == Refresher::none) return stop(handle, LegTimer::session);
  arm(handle, LegTimer::session, s.now + timer.due_after());
}

void Engine::Impl::on_session_due(const Surroundings& s, lane::Handle handle) {
  Leg& leg = legs[handle];
  if (leg.session.refresher == Refresher::peer)
    return end_call(s, leg.call, {Releaser::sbc, 0, Reason::session_expired});
  if (clients.in_use() == clients.capacity()) return arm(handle, LegTimer::session, s.now + retry_after);
  Branch branch = draw_branch();
  std::string_view branch_text{branch.data(), branch.size()};
  uint32_t cseq = ++leg.dialog.local_cseq;
  Transport to = hop_of(leg);
  sip::Writer out(room(s, to));
  write_request_head(out, leg.dialog, {sip::Method::update, cseq, branch_text, leg.transport.local, 70});
  write_contact(out, leg.transport.local);
  write_allow(out);
  write_session_request(out, leg.session);
  out.body({});
  if (out.overflowed()) return;
  leg.refresh = clients.begin({sip::Method::update, branch_text, leg.dialog.call_id.view(), cseq}, to,
                              out.written().size(), handle, context(s));
}

/// RFC 4028 10: a peer that does not know the session, or does not answer, ends it.
void Engine::Impl::on_refresh_response(const Surroundings& s, lane::Handle handle,
                                       const sip::Message& response) {
  Leg& leg = legs[handle];
  leg.refresh = {};
  const int status = response.status();
  if (status == 408 || status == 481) return end_call(s, leg.call, {Releaser::sbc, 0, Reason::dialog_gone});
  if (status < 300) {
    refresh_target(leg.dialog, response);
    return begin_session(s, handle, session_as_client(response, leg.takes_update, leg.session.seconds));
  }
  if (is_method_refused(status)) {  // whatever its Allow has said
    leg.takes_update = false;
    return begin_session(s, handle, {});
  }
  if (status == 422)
    leg.session.seconds = std::max(leg.session.seconds, min_session(response).value_or(leg.session.seconds));
  arm(handle, LegTimer::session, s.now + retry_after);
}

}  // namespace sbc::call
