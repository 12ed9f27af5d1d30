#include <utility>

#include "policy/routing/response_rules.h"
#include "sbc/call/cause.h"
#include "sbc/call/identity.h"
#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"
#include "sbc/call/session_id.h"

namespace sbc::call {
namespace {

/// As a callee's failure is told to the caller, with the trunk's rule where one fits.
Refusal refusal_of(const sip::Message& response, const config::ResponseRule* rule) {
  Refusal refusal;
  refusal.tell_cause = rule && rule->as_cause;
  refusal.status = rule && rule->as ? rule->as : uint16_t(relayed_status(response.status(), false));
  refusal.cause = refusal.tell_cause ? rule->as_cause : cause_in(response, cause_of(refusal.status));
  return refusal;
}

}  // namespace

void Engine::Impl::on_attempt_response(const Surroundings& s, lane::Handle leg, lane::Handle transaction,
                                       const sip::Message& response) {
  watch_progress(s, legs[leg].call, response.status());
  if (response.status() < 200) {
    on_ringing(s, leg, response);
  } else if (response.status() < 300) {
    Call& call = calls[legs[leg].call];
    const Leg* caller = legs.find(call.legs[caller_side]);
    // RFC 3262 3: not before the caller has the answer that a provisional response has brought.
    const bool too_early = caller && caller->reliable.waits && caller->reliable.sent_sdp;
    const sip::Message* held = too_early ? held_answer(call) : nullptr;
    const uint64_t faster = held ? fork_of(call, *held) : 0;
    if (held && faster != fork_of(call, response) && !call.forks.is_over(faster))
      return on_stray_success(s, transaction, response, call.record.id);
    if (too_early && slab.keep(call.success, response.bytes())) return;
    on_answered(s, leg, transaction, response);
  } else {
    on_refused(s, leg, response);
  }
}

/// The peer lives. But 100 is of the next hop alone, which may be all that does; behind anything else it was
/// overtaken and says nothing.
void Engine::Impl::watch_progress(const Surroundings& s, lane::Handle handle, int status) {
  Call& call = calls[handle];
  const bool first = !std::exchange(call.spoken, true);
  if (status > 100 || call.profile.progress_timeout == Duration(0)) return stop(handle, CallTimer::attempt);
  if (first) arm(handle, CallTimer::attempt, s.now + call.profile.progress_timeout);
}

void Engine::Impl::on_ringing(const Surroundings& s, lane::Handle handle, const sip::Message& response) {
  Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  int status = response.status();
  bool crosses = status >= 180 && status <= 183;
  std::optional<uint32_t> rseq = reliable_number(response);
  if (rseq && !is_next_reliable(handle, response, *rseq)) return;
  const uint64_t fork = fork_of(call, response);
  if (call.forks.is_over(fork)) crosses = false;
  if (!crosses && !rseq) return;
  dialog::Dialog dialog = open(leg);
  if (learn_from_response(dialog, response) != Reason::none || !keep(leg, dialog)) return;
  const lane::Handle prack = rseq ? acknowledge_provisional(s, handle, response) : lane::Handle{};
  if (rseq && !prack) return;
  if (!crosses) return;
  learn_allow(leg, response);
  if (call.record.ringing == Instant{}) call.record.ringing = s.now;
  call.record.state = CallState::ringing;
  if (call.exchange.made) {
    sdp_size = 0;
    keep_answer(call, response);
    learn_description(s, handle, response);
  } else {
    preview_answer(s, handle, response);
    const bool gated = early_media_of(s, leg.trunk) != config::EarlyMediaRule::pass;
    if (rseq && has_sdp(response) && sdp_size > 0 && !gated) {
      call.early.answered = fork;
      call.early.prack = prack;
    }
  }
  relay_provisional(s, call, fork, status, &response);
  if (rseq) keep_described(call, response);
}

void Engine::Impl::on_answered(const Surroundings& s, lane::Handle handle, lane::Handle transaction,
                               const sip::Message& response) {
  Leg& leg = legs[handle];
  lane::Handle call_handle = leg.call;
  Call& call = calls[call_handle];
  leg.client = {};
  if (call.forks.is_over(fork_of(call, response))) {
    // The caller has left this one alone, but behind a proxy the others are over with its answer.
    on_stray_success(s, transaction, response, call.record.id);
    return end_call(s, call_handle, {Releaser::caller, 487, Reason::none, nullptr, cause_normal_clearing});
  }
  dialog::Dialog dialog = open(leg);
  Reason reason =
      learn_from_response(dialog, response) == Reason::none ? Reason::none : Reason::response_too_large;
  if (reason == Reason::none && !keep(leg, dialog)) reason = Reason::pool_empty;
  if (reason != Reason::none) {
    on_stray_success(s, transaction, response, call.record.id);
    end_call(s, call_handle, {Releaser::sbc, 0, reason});
    return;
  }
  leg.unacknowledged = transaction;
  leg.hidden = hides_identity(response);
  leg.authorised = {};
  learn_allow(leg, response);
  reason = carry_answer(s, call, callee_side, response);
  if (reason == Reason::none && call.legs[caller_side]) reason = tell_answer(s, call, response);
  if (reason != Reason::none) {
    acknowledge_alone(s, handle, response);
    end_call(s, call_handle, {Releaser::sbc, 0, reason});
    return;
  }
  begin_session(s, handle, session_as_client(response, callee_session(s, call)));
  call.record.state = CallState::answered;
  call.record.answered = s.now;
  note_seizure(s, call, true);
  call.record.status = 200;
  slab.release(call.preview);
  slab.release(call.success);
  slab.release(call.replaced);
  call.forks.forget_described(slab);
  call.early.done = false;
  stop(call_handle, CallTimer::ring);
  const config::Timers& timers = s.policy.model->timers;
  if (timers.call_max > Duration(0)) arm(call_handle, CallTimer::call_max, s.now + timers.call_max);
  if (timers.media_idle > Duration(0)) arm(call_handle, CallTimer::media_check, s.now + timers.media_idle);
  expect_media(s, call_handle);
  const bool at_once = !call.exchange.offer_in_answer || call.exchange.made;
  if (at_once && !acknowledge(s, handle, {}, &response))
    return end_call(s, call_handle, {Releaser::sbc, 0, Reason::message_too_long});
  introduce_caller(s, call);
  slab.release(call.invite);
  if (call.origin) join(s, call_handle);
}

/// The callee's 2xx to the caller, with sdp().
Reason Engine::Impl::tell_answer(const Surroundings& s, Call& call, const sip::Message& response) {
  const lane::Handle handle = call.legs[caller_side];
  turn_to_fork(call, fork_of(call, response));
  forget_forks(call);
  Leg& caller = legs[handle];
  caller.session = caller.proposed;
  caller.reliable.waits = false;
  if (!respond(s, handle, 200, sdp(), &response)) return Reason::response_too_large;
  caller.dialog.state = dialog::DialogState::confirmed;
  accept(s, handle);
  begin_session(s, handle, caller.proposed);
  return Reason::none;
}

/// Into sdp(): the answer, or the offer where the INVITE had none (RFC 3261 13.2.1).
Reason Engine::Impl::carry_answer(const Surroundings& s, Call& call, unsigned from,
                                  const sip::Message& response) {
  sdp_size = 0;
  // RFC 3262 5, RFC 3311 5.1: what its 2xx may repeat, is older than what was agreed on since.
  if (call.early.done && fork_of(call, response) == call.early.known) {
    call.anchor.renew(anchoring(s, call));
    return Reason::none;
  }
  if (call.early.done) return answer_as_other_fork(s, call, response);
  if (read_sdp(response) != Reason::none) return Reason::answer_bad;
  bool described = has_sdp(response);
  if (call.exchange.made) return turn_answer(s, call, response);
  if (call.exchange.offer_in_answer) {
    if (!described) return Reason::answer_bad;
    Reason reason = call.anchor.offer(from, session, sdp_text, sdp_size, anchoring(s, call));
    if (reason == Reason::none) learn_description(s, call.legs[from], response);
    const bool unfit = reason == Reason::sdp_unacceptable || reason == Reason::sdp_protection;
    return unfit ? Reason::answer_bad : reason;
  }
  if (!described) return settle_preview(s, call, response);
  if (call.anchor.answer(session, false, sdp_text, sdp_size, anchoring(s, call)) != Reason::none)
    return Reason::answer_bad;
  learn_description(s, call.legs[from], response);
  return Reason::none;
}

/// The 2xx went to this leg's peer: again and again until its ACK comes (RFC 3261 13.3.1.4).
void Engine::Impl::accept(const Surroundings& s, lane::Handle handle) {
  Leg& leg = legs[handle];
  const config::Timers& timers = s.policy.model->timers;
  leg.accepted = leg.server;
  leg.server = {};
  leg.resend_interval = timers.t1;
  arm(handle, LegTimer::resend, s.now + leg.resend_interval);
  arm(handle, LegTimer::give_up, s.now + 64 * timers.t1);
}

/// The ACK of our INVITE's 2xx, with the answer where the 2xx brought the offer.
bool Engine::Impl::acknowledge(const Surroundings& s, lane::Handle handle, std::string_view answer,
                               const sip::Message* success) {
  Leg& leg = legs[handle];
  const dialog::Dialog dialog = open(leg);
  Transport to = hop_of(leg, dialog);
  Branch branch = ack_branch(dialog.call_id.view(), dialog.remote_tag.view(), leg.own_invite_cseq);
  sip::Writer out(room(s, to));
  write_request_head(
      out, dialog,
      {sip::Method::ack, leg.own_invite_cseq, {branch.data(), branch.size()}, leg.transport.local, 70});
  if (success) write_session_id_back(out, *success);
  write_body(out, answer);
  if (out.overflowed()) return false;
  const lane::Handle transaction = std::exchange(leg.unacknowledged, {});
  carry_out_changes(s);
  if (clients.find(transaction)) {
    clients.acknowledge(transaction, dialog.remote_tag.view(), to, out.written().size(), context(s));
  } else {
    s.out.send(to, out.written().size());
  }
  return true;
}

void Engine::Impl::on_refused(const Surroundings& s, lane::Handle handle, const sip::Message& response) {
  Leg& leg = legs[handle];
  lane::Handle call = leg.call;
  leg.client = {};
  if (response.status() == 422 && calls[call].session_min == 0) {
    // RFC 4028 7.3: the same once more, for as long as the callee wants it at least.
    calls[call].session_min = min_session(response).value_or(0);
    if (calls[call].session_min > session_seconds(s) && calls[call].tried != 0) {
      calls[call].tried &= ~(uint64_t(1) << calls[call].peer_slot);
      return fail_over(s, call, Reason::session_too_short, 422);
    }
  }
  const config::Trunk* trunk = s.policy.trunks.find(leg.trunk);
  const config::ResponseRule* rule =
      trunk ? policy::response_rule(*trunk, response.status(), cause_in(response, 0)) : nullptr;
  const bool redirected = trunk && response.status() < 400;
  if (redirected && redirect(s, call, response, trunk->redirect)) return;
  Refusal refusal = refusal_of(response, rule);
  if (rule) refusal.rule = {leg.trunk, uint8_t(rule - trunk->responses.data() + 1)};
  const bool blames_peer = config::peer_failures.has(response.status());
  if (trunk ? trunk->failover_on.has(response.status()) : blames_peer) {
    if (rule || !blames_peer) calls[call].refusal = refusal;
    fail_over(s, call, Reason::trunks_failed, response.status());
    return;
  }
  calls[call].record.response_rule = refusal.rule;
  end_call(s, call,
           {Releaser::callee, refusal.status, Reason::none, &response, refusal.cause, refusal.tell_cause});
}

}  // namespace sbc::call
