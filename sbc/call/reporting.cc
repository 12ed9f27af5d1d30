#include <utility>

#include "policy/topology/sipfrag.h"
#include "sbc/call/impl.h"

namespace sbc::call {

/// What has become of a REFER that we carry out (RFC 3515 2.4.4), to who sent it: `status` as its fragment
/// has it. A status that comes while the one before is on its way is told afterwards, the last of them.
void Engine::Impl::report(const Surroundings& s, lane::Handle handle, int status, bool last) {
  Report& report = legs[handle].report;
  if (!report.open || report.last) return;
  report.due = uint16_t(status);
  report.last = last;
  if (!report.client) send_report(s, handle);
}

/// Without room nobody is told, and nobody waits for it.
void Engine::Impl::send_report(const Surroundings& s, lane::Handle handle) {
  constexpr uint32_t seconds_left = 600;  // longer than anything rings here; the call's end ends it too
  Leg& leg = legs[handle];
  Report& report = leg.report;
  const int status = std::exchange(report.due, uint16_t(0));
  const SubscriptionState state = report.last ? SubscriptionState{"terminated", {}, {}, "noresource"}
                                              : SubscriptionState{"active", seconds_left, {}, {}};
  char text[128];
  sip::Writer fragment(text);
  fragment.status_line(status, sip::phrase_of(status));
  SBC_CHECK(!fragment.overflowed());
  auto sent = send_in_dialog(s, handle, sip::Method::notify, 70, [&](sip::Writer& out) {
    write_contact(out, leg.transport.local);
    write_subscription(out, report.asked, state);
    write_body(out, policy::sipfrag_type, fragment.written());
  });
  if (sent) {
    report.client = *sent;
  } else {
    report = {};
  }
}

/// It was taken, or will never be. Who was told the last of it and talks to nobody any more is sent away.
void Engine::Impl::on_report_over(const Surroundings& s, lane::Handle handle, int status) {
  Leg& leg = legs[handle];
  Report& report = leg.report;
  report.client = {};
  if (status >= 300 && !report.last) report = {};  // it does not want to hear of it (RFC 6665 4.2.2)
  if (report.due) send_report(s, handle);
  if (report.client) return;
  if (report.last) report = {};
  const Call* call = calls.find(leg.call);
  const bool alone = call && !call->successor && !call->legs[1 - leg.side];
  if (alone) end_call(s, leg.call, {Releaser::sbc, 0, Reason::transferred});
}

}  // namespace sbc::call
