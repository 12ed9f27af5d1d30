#include <algorithm>

#include "sbc/call/cause.h"
#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"
#include "sbc/transaction/follow_up.h"

namespace sbc::call {
namespace {

constexpr uint16_t cause_timer_expired = 102, cause_no_answer = 19;  // 19: of who was alerted

/// Our own shortage, whatever trunk the call goes to: a 503 says when to come back (RFC 3261 21.5.4), until
/// when the client sends us nothing at all. What a trunk lacks is none.
bool is_shortage(Reason reason) { return reason == Reason::pool_empty; }

uint16_t cause_of_answered(Reason reason) {
  const bool wanted = reason == Reason::none || reason == Reason::hung_up || reason == Reason::transferred ||
                      reason == Reason::transfer_failed;
  if (wanted) return cause_normal_clearing;
  const int status = status_of(reason);
  return status == 480 ? cause_timer_expired : cause_of(status);
}

/// Whether an attempt that ended so says something about its trunk: not what we or the caller broke off.
bool speaks_of_trunk(Releaser releaser, Reason reason) {
  return releaser == Releaser::callee || reason == Reason::call_timeout || reason == Reason::answer_bad ||
         reason == Reason::response_too_large;
}

}  // namespace

bool Engine::Impl::has_rung(const Call& call) const {
  const Leg* callee = legs.find(call.legs[callee_side]);
  return callee && callee->dialog.state == dialog::DialogState::early;
}

/// Everything a call holds goes back here, whatever ended it; its legs may linger to say goodbye.
void Engine::Impl::end_call(const Surroundings& s, lane::Handle handle, Ending ending) {
  Call& call = calls[handle];
  bool answered = call.answered();
  int status = ending.status ? ending.status : status_of(ending.reason);
  if (!ending.cause && ending.reason == Reason::call_timeout && has_rung(call))
    ending.cause = cause_no_answer;
  if (!ending.cause) ending.cause = answered ? cause_of_answered(ending.reason) : cause_of(status);
  call.record.state = CallState::ending;
  if (call.successor || call.origin) leave_transfer(s, handle, status);
  drop_forwarded(s, call);
  refuse_late_offers(s, call);
  forget_forks(call);
  if (!answered && call.legs[callee_side] && speaks_of_trunk(ending.releaser, ending.reason))
    note_seizure(s, call, false);
  for (lane::Handle leg : call.legs) {
    if (leg) leave_leg(s, leg, ending, status);
  }
  write_cdr(s, call, ending, status, answered);
  call.anchor.close(anchoring(s, call));
  carry_out_changes(s);
  release_usage(s, call);
  free_call(handle);
}

void Engine::Impl::write_cdr(const Surroundings& s, const Call& call, const Ending& ending, int status,
                             bool answered) {
  CallRecord record = record_of(call, s.media);
  record.ended = s.now;
  record.releaser = ending.releaser;
  record.reason = ending.reason;
  if (!answered) record.status = uint16_t(status);
  record.cause = ending.cause;
  s.out.push(WriteCdr{record});
}

void Engine::Impl::release_usage(const Surroundings& s, Call& call) {
  leave_trunk(s, call);
  give_admission_back(s, call.source_trunk_held ? call.source_trunk : TrunkId::none, call.stranger);
}

void Engine::Impl::free_call(lane::Handle handle) {
  Call& call = calls[handle];
  slab.release(call.invite);
  slab.release(call.preview);
  slab.release(call.offered);
  slab.release(call.success);
  slab.release(call.replaced);
  call.forks.forget_described(slab);
  if (call.converts_digits) digit_calls.erase({call.record.id, call.record.id});
  for (uint32_t i = 0; i < TimerKeys::per_call; ++i) stop(handle, CallTimer(i));
  calls.release(handle);
}

/// Tells the leg's peer that the call is over, in the way the leg's state asks for.
void Engine::Impl::leave_leg(const Surroundings& s, lane::Handle handle, const Ending& ending, int status) {
  Leg& leg = legs[handle];
  bool asked = ending.source && ending.source->is_request();
  Crossing goodbye = crossing_to(s, leg, asked ? ending.source : nullptr);
  // RFC 3326 2: neither peer has ended it, so it is ours to say why.
  if (!asked && ending.releaser == Releaser::sbc) goodbye.cause = ending.cause;
  calls[leg.call].legs[leg.side] = {};
  bool confirmed = leg.dialog.state == dialog::DialogState::confirmed;
  if (servers.awaits_final(leg.server)) {
    // RFC 3261 15.1.2: what is pending when a dialog ends is answered with 487.
    bool response = ending.source && !asked;
    Duration retry_after = is_shortage(ending.reason) ? s.policy.model->limits.retry_after
                           : response                 ? retry_after_in(*ending.source)
                                                      : Duration(0);
    respond(s, handle, confirmed ? 487 : status, {}, response ? ending.source : nullptr, retry_after,
            ending.tell_cause ? ending.cause : 0);
  }
  // A 2xx to the re-INVITE that may still come is acknowledged; the BYE is what we send ourselves.
  if (confirmed && clients.awaits_final(leg.client)) clients.decline(leg.client, open(leg).remote_tag.view());
  const std::string_view parting = parting_lines(s, goodbye);
  clients.abandon(leg.client, context(s), parting);
  clients.abandon(leg.refresh, context(s));
  forget_digits(s, leg);
  servers.settle(leg.updated);  // its answer names media ports that are no longer this call's
  stop(handle, LegTimer::session);
  if (leg.unacknowledged) acknowledge(s, handle, {}, nullptr);
  bool peer_left = ending.releaser == (leg.side == caller_side ? Releaser::caller : Releaser::callee);
  bool stays = confirmed && !peer_left;
  if (stays && leg.awaits_ack()) refuse_media(s, leg);
  leg.call = {};
  if (!stays) clients.abandon(leg.report.client, context(s));
  leg.report = {};
  if (!stays) return free_leg(handle);
  leg.lingering = true;
  ++lingering;
  bool crowded = lingering > legs.capacity() - 2 * calls.capacity();
  // A BYE has to wait for the ACK (RFC 3261 15), if there is room to wait.
  if (leg.awaits_ack() && !crowded) {
    slab.keep(leg.parting, parting);
    return;
  }
  say_goodbye(s, handle, parting);
  if (crowded && legs.lives(handle)) free_leg(handle);
}

/// The 2xx is still repeated, because only its ACK allows a BYE (RFC 3261 15); but the media ports in there
/// are no longer this call's, so from now on it refuses all streams.
void Engine::Impl::refuse_media(const Surroundings& s, const Leg& leg) {
  std::string_view bytes = servers.response_of(leg.accepted, invite_bytes);
  if (bytes.empty() || invite_message.parse(bytes, transaction::own_limits) != Reason::none) return;
  if (invite_message.body().empty() || session.parse(invite_message.body()) != Reason::none) return;
  Call& call = calls[leg.call];
  if (call.anchor.refuse_all(leg.side, session, sdp_text, sdp_size, anchoring(s, call)) != Reason::none)
    return;
  sip::Writer out(
      std::span<char>(head_bytes).first(std::min(head_bytes.size(), room(s, leg.transport).size())));
  transaction::write_with_body(out, invite_message, sdp());
  if (!out.overflowed()) servers.replace_response(leg.accepted, out.written());
}

/// What crosses to a leg's peer with its BYE or CANCEL; nothing where that is too much.
std::string_view Engine::Impl::parting_lines(const Surroundings& s, const Crossing& crossing) {
  sip::Writer out(parting_bytes);
  write_crossing(s, out, crossing);
  return out.overflowed() ? std::string_view{} : out.written();
}

/// Sends the BYE; the leg stays until it is answered.
void Engine::Impl::say_goodbye(const Surroundings& s, lane::Handle handle, std::string_view parting) {
  Leg& leg = legs[handle];
  const dialog::Dialog dialog = open(leg);
  const transaction::Owner owner{handle, leg.call_number};
  leg.bye = send_bye(s, dialog, hop_of(leg, dialog), ++leg.dialog.local_cseq, &owner, parting);
  if (!leg.bye) free_leg(handle);
}

lane::Handle Engine::Impl::send_bye(const Surroundings& s, const dialog::Dialog& dialog, const Transport& to,
                                    uint32_t cseq, const transaction::Owner* owner,
                                    std::string_view parting) {
  Branch branch = draw_branch();
  std::string_view branch_text{branch.data(), branch.size()};
  sip::Writer out(room(s, to));
  write_request_head(out, dialog, {sip::Method::bye, cseq, branch_text, to.local, 70});
  out.text(parting);
  out.body({});
  if (out.overflowed()) return parting.empty() ? lane::Handle{} : send_bye(s, dialog, to, cseq, owner, {});
  const size_t size = out.written().size();
  if (owner)
    return clients.begin({sip::Method::bye, branch_text, dialog.call_id.view(), cseq}, to, size, *owner,
                         context(s));
  s.out.send(to, size);
  return {};
}

void Engine::Impl::free_leg(lane::Handle handle) {
  Leg& leg = legs[handle];
  if (leg.listed) {
    const dialog::Dialog dialog = open(leg);
    leg_table.erase(dialog::dialog_key(digest_keys, dialog.call_id.view(), dialog.local_tag.view()));
  }
  slab.release(leg.names);
  slab.release(leg.parting);
  slab.release(leg.introduction);
  slab.release(leg.proposed_target);
  servers.settle(leg.accepted);
  if (leg.lingering) --lingering;
  for (uint32_t i = 0; i < TimerKeys::per_leg; ++i) stop(handle, LegTimer(i));
  legs.release(handle);
}

bool Engine::Impl::hang_up(const Surroundings& s, uint64_t call_id) {
  lane::Handle call = find_call(call_id);
  if (!call) return false;
  if (s.out.full()) {
    arm(call, CallTimer::hang_up, s.now);
  } else {
    end_call(s, call, {Releaser::sbc, 0, Reason::hung_up});
  }
  return true;
}

/// As many as the outbox takes at once; the others as soon as it has room again.
void Engine::Impl::hang_up_all(const Surroundings& s) {
  for (auto at = calls.next_live(0); at; at = calls.next_live(at.index + 1)) {
    if (s.out.full()) {
      arm(at, CallTimer::hang_up, s.now);
    } else {
      end_call(s, at, {Releaser::sbc, 0, Reason::hung_up});
    }
  }
}

}  // namespace sbc::call
