#include <algorithm>

#include "sbc/call/impl.h"
#include "sbc/call/saved_form.h"

namespace sbc::call {
namespace {

/// Of the bytes. Another version's are refused.
constexpr uint8_t version = 1;

/// One list of fields for both directions; `Part` is const for a SavedCall.
template <class Form, class Part>
void record_fields(Form& form, Part& record) {
  form.bits(record.id);
  form.text(record.from_number);
  form.text(record.to_number);
  form.text(record.route);
  form.number(record.attempts);
  form.moment(record.begun);
  form.moment(record.ringing);
  form.moment(record.answered);
  form.endpoint(record.caller.peer);
  form.endpoint(record.callee.peer);
}

template <class Form, class Part>
void call_fields(Form& form, Part& call) {
  record_fields(form, call.record);
  form.trunk(call.source_trunk);
  form.trunk(call.target_trunk);
  form.number(call.stranger);
  form.number(call.source_trunk_held);
  form.text(call.profile.number);
}

template <class Form, class Part>
void leg_fields(Form& form, Part& leg) {
  form.realm(leg.transport.realm);
  form.endpoint(leg.transport.local);
  form.endpoint(leg.transport.remote);
  form.trunk(leg.trunk);
  form.number(leg.dialog.local_cseq);
  form.number(leg.trusted);
  form.number(leg.takes_update);
  form.number(leg.invite_cseq);
  form.number(leg.own_invite_cseq);
  form.number(leg.session.seconds);
  form.number(leg.session.refresher);
  form.number(leg.session.least);
  form.moment(leg.session_end);
  for (auto& referral : leg.referrals) {
    form.number(referral.cseq);
    form.number(referral.asked);
  }
}

void field(Saver& form, const std::optional<uint32_t>& number) {
  form.number(number.has_value());
  if (number) form.number(*number);
}
void field(Loader& form, std::optional<uint32_t>& number) {
  bool known = false;
  form.number(known);
  if (known) form.number(number.emplace());
}

constexpr std::array call_timers{CallTimer::call_max, CallTimer::media_check, CallTimer::hang_up};

}  // namespace

/// Nothing of it is under way: what it is, is in itself alone.
bool Engine::Impl::is_at_rest(const Call& call) const {
  if (!call.answered() || call.exchange.open) return false;
  return std::all_of(call.legs.begin(), call.legs.end(), [this](lane::Handle handle) {
    const Leg& leg = legs[handle];
    bool asked = std::any_of(leg.forwarded.begin(), leg.forwarded.end(),
                             [](const Forwarded& slot) { return bool(slot.server); });
    return !asked && !leg.awaits_ack() && !leg.unacknowledged && !servers.awaits_final(leg.server) &&
           !clients.awaits_final(leg.client) && !clients.awaits_final(leg.refresh);
  });
}

size_t Engine::Impl::save_call(const Surroundings& s, uint64_t call_id, std::span<uint8_t> out) {
  const lane::Handle handle = find_call(call_id);
  if (!handle || !is_at_rest(calls[handle])) return 0;
  const Call& call = calls[handle];
  SavedCall form(out, s.policy, s.now);
  form.number(version);
  call_fields(form, call);
  form.number(uint64_t(call.profile.ring_timeout.count()));
  for (CallTimer timer : call_timers) form.moment(wheel.deadline(keys.of_call(handle.index, timer)));
  for (lane::Handle at : call.legs) {
    const Leg& leg = legs[at];
    leg_fields(form, leg);
    field(form, leg.dialog.remote_cseq);
    form.moment(wheel.deadline(keys.of_leg(at.index, LegTimer::session)));
    save(form, open(leg));
  }
  call.anchor.save(form, anchoring(s, call));
  return form.overflowed() ? 0 : form.written().size();
}

Reason Engine::Impl::load_call(const Surroundings& s, std::span<const uint8_t> bytes) {
  LoadedCall form(bytes, s.policy, s.now);
  uint8_t written_by = 0;
  form.number(written_by);
  if (written_by != version) return Reason::state_bad;
  const lane::Handle handle = has_room() ? calls.take() : lane::Handle{};
  if (!handle) return Reason::pool_empty;
  Call& call = calls[handle];
  call_fields(form, call);
  uint64_t ring_ns = 0;
  form.number(ring_ns, uint64_t(std::chrono::nanoseconds(std::chrono::hours(24)).count()));
  call.profile.ring_timeout = Duration(int64_t(ring_ns));
  call.media_since = s.now;  // nothing has been counted here yet
  call.record.worker = self;
  call.record.state = CallState::answered;
  call.record.status = 200;
  std::array<Instant, call_timers.size()> deadlines;
  for (Instant& deadline : deadlines) form.moment(deadline);
  for (unsigned side : {caller_side, callee_side}) {
    if (!form.failed() && !load_leg(form, handle, side)) form.fail();
  }
  if (!form.failed()) call.anchor.load(form, anchoring(s, call));
  if (form.failed() || form.left() > 0) {
    call.anchor.close(anchoring(s, call));
    changes.clear();
    for (lane::Handle leg : call.legs) {
      if (leg) free_leg(leg);
    }
    calls.release(handle);
    return Reason::state_bad;
  }
  carry_out_changes(s);
  for (size_t i = 0; i < deadlines.size(); ++i) arm(handle, call_timers[i], deadlines[i]);
  policy::resume_call(s.usage, call.stranger);
  call.source_trunk_held &= call.source_trunk != TrunkId::none;
  if (call.source_trunk_held) policy::resume_trunk(s.usage, call.source_trunk, policy::Direction::inbound);
  if (call.target_trunk != TrunkId::none)
    policy::resume_trunk(s.usage, call.target_trunk, policy::Direction::outbound);
  return Reason::none;
}

bool Engine::Impl::load_leg(LoadedCall& form, lane::Handle call, unsigned side) {
  const lane::Handle handle = begin_leg(call, side);
  if (!handle) return false;
  Leg& leg = legs[handle];
  leg_fields(form, leg);
  field(form, leg.dialog.remote_cseq);
  Instant session_due;
  form.moment(session_due);
  dialog::Dialog dialog;
  load(form, dialog);
  static_cast<dialog::Sequence&>(dialog) = leg.dialog;
  dialog.state = dialog::DialogState::confirmed;
  const bool ours = !form.failed() && steering.owner_of(dialog.call_id.view()) == self &&
                    leg.session.refresher <= Refresher::peer &&
                    !find_leg(dialog.call_id.view(), dialog.local_tag.view());
  if (!ours || !keep(leg, dialog)) return false;
  list_leg(handle);
  arm(handle, LegTimer::session, session_due);
  LegRecord& record = side == caller_side ? calls[call].record.caller : calls[call].record.callee;
  record.realm = leg.transport.realm;
  record.trunk = leg.trunk;
  record.call_id = dialog.call_id.view();
  return true;
}

}  // namespace sbc::call
