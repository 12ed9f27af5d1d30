#include <algorithm>

#include "sbc/call/breadth.h"
#include "sbc/call/identity.h"
#include "sbc/call/impl.h"
#include "sbc/call/option_tags.h"
#include "sbc/transaction/follow_up.h"

namespace sbc::call {
namespace {

/// What one realm or trunk does not take of an offer, another one's may.
bool is_of_offer(Reason reason) {
  return reason == Reason::sdp_unacceptable || reason == Reason::sdp_protection;
}

/// Why a trunk or a peer is not asked: what a call ends with that never asked anybody. An offer that did not
/// suit who would have been there says more than who was not there.
void note_unasked(Call& call, Reason why) {
  if (call.record.attempts == 0 && !is_of_offer(call.failure)) call.failure = why;
}

}  // namespace

void Engine::Impl::take_profile(const Surroundings& s, lane::Handle handle, const CallProfile& profile,
                                const sip::Message& invite) {
  Call& call = calls[handle];
  call.profile = profile;
  call.record.route = profile.route;
  call.record.state = CallState::calling;
  call.next_trunk = 0;
  call.tried = 0;
  call.last_resort = false;
  call.passed_over = 0;
  arm(handle, CallTimer::ring, call.record.begun + profile.ring_timeout);
  attempt_next(s, handle, invite);
}

/// Begins the next attempt, or ends the call where nothing is left to try.
void Engine::Impl::attempt_next(const Surroundings& s, lane::Handle handle, const sip::Message& invite) {
  Call& call = calls[handle];
  std::optional<TrunkId> told;
  while (const std::optional<Target> target = next_target(s, call)) {
    if (target->peer.address.is_none()) return await_host(s, handle, *target);
    const Reason reason = begin_attempt(s, handle, *target, invite);
    if (reason == Reason::none) return;
    const bool of_offer = is_of_offer(reason);
    if (!of_offer || std::exchange(told, target->trunk) != target->trunk)
      log(s, Severity::info, reason, call, target->realm, target->peer,
          of_offer ? "trunk cannot take the offer" : "trunk cannot be asked");
    if (!of_offer) return end_call(s, handle, {Releaser::sbc, 0, reason});
    // Nor can another peer of it, unless its media takes another way.
    const bool may_other = call.anchor.is_released();
    leave_callee(s, handle);
    call.failure = reason;
    if (!may_other) call.tried = ~uint64_t(0);
  }
  const Refusal& refusal = call.refusal;
  if (!refusal.status) return end_call(s, handle, {Releaser::sbc, 0, call.failure});
  call.record.response_rule = refusal.rule;
  end_call(s, handle,
           {Releaser::callee, refusal.status, Reason::none, nullptr, refusal.cause, refusal.tell_cause});
}

std::optional<Engine::Impl::Target> Engine::Impl::next_target(const Surroundings& s, Call& call) {
  if (!call.replaced.empty()) return replaced_target(s, call);
  for (; call.next_trunk < call.profile.trunk_count; ++call.next_trunk, call.tried = 0) {
    TrunkId id = call.profile.trunks[call.next_trunk];
    const config::Trunk* trunk = s.policy.trunks.find(id);
    if (!trunk) continue;
    const uint16_t place = uint16_t(1u << call.next_trunk);
    if (!call.last_resort && is_suspended(s, id)) {
      call.passed_over |= place;
      note_unasked(call, Reason::trunk_down);
      continue;
    }
    const bool suspended = call.last_resort && (call.passed_over & place) != 0;
    if (!hold_trunk(s, call, id, *trunk)) continue;
    if (auto target = next_peer_of(s, call, id, *trunk, suspended)) return target;
    if (call.peers_failed) note_seizure(s, call, false);
    leave_trunk(s, call);
  }
  if (!call.has_precedence() || call.last_resort) return std::nullopt;
  // Whoever is not well may still answer: once everybody else has failed, that is better than nothing.
  call.last_resort = true;
  call.next_trunk = 0;
  call.tried = 0;
  return next_target(s, call);
}

/// Of one trunk. Its answers may have changed since the last attempt: whoever has been tried is not tried
/// again, and whoever is new is; whom the lot has passed over draws again. Without an address where a host
/// name is awaited whose turn it is.
std::optional<Engine::Impl::Target> Engine::Impl::next_peer_of(const Surroundings& s, Call& call, TrunkId id,
                                                               const config::Trunk& trunk, bool suspended) {
  const policy::PeerList& list = s.policy.trunks.peers(id);
  std::array<uint8_t, config::trunk_peers_max> order;
  const size_t count = list.order(call.record.id ^ index_of(id), order);
  if (count == 0) note_unasked(call, Reason::host_unresolved);
  for (size_t i = 0; i < count; ++i) {
    const policy::Peer& peer = list.peers()[order[i]];
    const uint64_t bit = uint64_t(1) << peer.slot;
    if (call.tried & bit) continue;
    // Whoever has asked somebody waits no more.
    if (peer.is_awaited() && call.record.attempts > 0) continue;
    const bool takes = call.last_resort ? suspended || share_of(s, id, trunk, peer) != all_calls
                                        : peer.is_awaited() || takes_call(s, call, id, trunk, peer);
    if (!takes) {
      note_unasked(call, Reason::trunk_down);
      continue;
    }
    call.tried |= bit;
    call.peer_slot = peer.slot;
    if (peer.is_awaited()) return Target{id, trunk.realm, peer.endpoint, {}, nullptr};
    if (auto local = listener_of(s, trunk.realm, peer.endpoint.address.family()))
      return Target{id, trunk.realm, peer.endpoint, *local, &peer};
  }
  return std::nullopt;
}

/// Its name has not been looked up since the start or the reload that brought it. The caller hears nothing
/// meanwhile but the 100 it has had.
void Engine::Impl::await_host(const Surroundings& s, lane::Handle handle, const Target& awaited) {
  calls[handle].awaits_host = true;
  await_answer(s, handle, s.policy.model->resolver.call_wait);
  s.out.push(AskHost{calls[handle].question, awaited.trunk, uint8_t(awaited.peer.port)});
}

/// The name is known by now, or else the next peer is tried.
void Engine::Impl::on_host_known(const Surroundings& s, lane::Handle handle, bool in_time) {
  Call& call = calls[handle];
  call.awaits_host = false;
  if (!in_time) {
    call.question = 0;
    call.failure = Reason::host_unresolved;
    log(s, Severity::warning, Reason::host_unresolved, call, callee_side,
        "host name of a trunk is not known yet");
  }
  const sip::Message* invite = read_invite(call);
  SBC_CHECK(invite);
  attempt_next(s, handle, *invite);
}

/// Counts the call against the trunk's limits while one of its peers is tried or talks.
bool Engine::Impl::hold_trunk(const Surroundings& s, Call& call, TrunkId id, const config::Trunk& trunk) {
  if (call.target_trunk == id) return true;
  leave_trunk(s, call);
  Reason reason = Reason::none;
  if (call.has_precedence()) {
    policy::resume_trunk(s.usage, id, policy::Direction::outbound);
  } else {
    reason = policy::admit_trunk(trunk, s.usage, id, policy::Direction::outbound, s.now);
  }
  if (reason == Reason::none) {
    call.target_trunk = id;
  } else {
    note_unasked(call, reason);
  }
  return reason == Reason::none;
}

void Engine::Impl::leave_trunk(const Surroundings& s, Call& call) {
  if (call.target_trunk == TrunkId::none) return;
  policy::release_trunk(s.usage, call.target_trunk, policy::Direction::outbound);
  call.target_trunk = TrunkId::none;
  call.peers_failed = false;
}

Reason Engine::Impl::begin_attempt(const Surroundings& s, lane::Handle handle, const Target& target,
                                   const sip::Message& invite) {
  Call& call = calls[handle];
  lane::Handle leg = begin_leg(handle, callee_side);
  if (!leg) return Reason::pool_empty;
  Reason reason = begin_callee(s, handle, leg, target, invite);
  if (reason != Reason::none) return reason;
  Family family = target.peer.address.family();
  const bool trusted = target.trunk != TrunkId::none || legs[leg].trusted;
  call.anchor.trust_sdp(callee_side, trusted, target.peer.address);
  call.anchor.speak_digits(callee_side, digit_rule(s, target.realm, target.trunk));
  list_digits(handle);
  call.exchange.made = wants_offer(s, target.trunk, invite);
  call.anchor.release_media(releases_media(s, call, target.realm), anchoring(s, call));
  // What an attempt before had offered in the caller's place: this one's callee offers itself.
  if (call.exchange.offer_in_answer && !call.exchange.made) call.anchor.close(anchoring(s, call));
  reason = call.anchor.place(callee_side, target.realm, family, anchoring(s, call));
  const bool gated = early_media_of(s, target.trunk) != config::EarlyMediaRule::pass;
  call.anchor.hold_back(caller_side, gated && !call.exchange.offer_in_answer, anchoring(s, call));
  if (reason == Reason::none) {
    reason = call.exchange.made ? make_offer(s, call, *s.policy.trunks.find(target.trunk))
                                : offer_to(s, call, callee_side, invite);
  }
  if (reason != Reason::none) return reason;
  reason = send_offer(s, leg, sip::Method::invite, &invite, invite.max_forwards().value_or(70) - 1);
  if (reason != Reason::none) return reason;
  note_asked(call, leg, target);
  arm(handle, CallTimer::attempt, s.now + call.profile.attempt_timeout);
  return Reason::none;
}

/// Its INVITE has left: from here on the record tells of this callee.
void Engine::Impl::note_asked(Call& call, lane::Handle leg, const Target& target) {
  call.spoken = false;
  call.failure = Reason::trunks_failed;
  if (call.record.attempts < 255) ++call.record.attempts;
  call.record.media_released = call.anchor.is_released();
  LegRecord& record = call.record.callee;
  record = {};
  record.realm = target.realm;
  record.trunk = target.trunk;
  record.peer = target.peer;
  record.call_id = open(legs[leg]).call_id.view();
  call.record.peer_host = target.known ? std::string_view(target.known->host) : std::string_view();
  call.record.peer_known = target.known ? target.known->known : Instant{0};
}

/// Only between peers that are trusted both, because each is told where to send media by the other alone; and
/// not where the offer is ours, which has no other address to name, nor where the caller is who was referred,
/// which still talks elsewhere, nor where early media is held back or digits are converted, nor between
/// realms with other rules for SRTP.
bool Engine::Impl::releases_media(const Surroundings& s, const Call& call, RealmId callee_realm) const {
  const Leg* caller = legs.find(call.legs[caller_side]);
  if (!caller || call.exchange.made || !caller->trusted || !legs[call.legs[callee_side]].trusted)
    return false;
  if (call.anchor.converts_digits()) return false;
  if (early_media_of(s, legs[call.legs[callee_side]].trunk) != config::EarlyMediaRule::pass) return false;
  // What each side speaks is that side's affair, unless both have the same rule.
  const config::MediaRange& callers = s.policy.model->realms[index_of(caller->transport.realm)].media;
  const config::MediaRange& callees = s.policy.model->realms[index_of(callee_realm)].media;
  if (callers.srtp != callees.srtp || callers.srtp_suites != callees.srtp_suites) return false;
  const auto& pairs = s.policy.model->media_release;
  return std::any_of(pairs.begin(), pairs.end(), [&](const config::ReleasedPair& pair) {
    return pair.is(caller->transport.realm, callee_realm);
  });
}

Reason Engine::Impl::begin_callee(const Surroundings& s, lane::Handle handle, lane::Handle leg_handle,
                                  const Target& target, const sip::Message& invite) {
  Call& call = calls[handle];
  Leg& leg = legs[leg_handle];
  leg.transport = {TransportKind::udp, target.realm, target.local, target.peer, 0, 0};
  leg.trunk = target.trunk;
  leg.call_id_ours = true;
  leg.trusted = is_trusted(s, target.realm, target.peer.address);
  dialog::Dialog dialog = open(leg);
  Tag tag;
  random.token(tag.data(), tag.size());
  UriText target_uri;
  PartyText caller;
  bool fits =
      dialog.call_id.assign(draw_call_id()) && dialog.local_tag.assign({tag.data(), tag.size()}) &&
      write_uri(target_uri, call.profile.number.view(), target.peer) &&
      dialog.remote_target.assign(target_uri.view()) && dialog.remote_party.assign("<") &&
      dialog.remote_party.append(target_uri.view()) && dialog.remote_party.append(">") &&
      write_from(caller, invite, target.local, s.policy.trunks.caller_numbers(target.trunk), leg.trusted) &&
      dialog.local_party.assign(caller.view()) && aim_at_replaced(call, dialog);
  if (!fits) return Reason::header_too_long;
  if (!keep(leg, dialog)) return Reason::pool_empty;
  list_leg(leg_handle);
  return Reason::none;
}

/// The offer in `source`, for `side`, into sdp(). Nothing where there is none.
Reason Engine::Impl::offer_to(const Surroundings& s, Call& call, unsigned side, const sip::Message& source) {
  sdp_size = 0;
  Reason reason = read_sdp(source);
  if (reason != Reason::none || !has_sdp(source)) return reason;
  reason = call.anchor.offer(1 - side, session, sdp_text, sdp_size, anchoring(s, call));
  if (reason == Reason::none && call.answered() && keeps_description(s, legs[call.legs[1 - side]]))
    keep_offered(call, source);
  return reason;
}

/// Of the INVITE that begins a dialog.
void Engine::Impl::write_beginning(const Surroundings& s, sip::Writer& out, const Leg& callee,
                                   const sip::Message& invite) const {
  const Call& call = calls[callee.call];
  // Only with an offer: else the callee's would come in the response, its answer in our PRACK. And only where
  // the caller knows what it gets.
  const Leg* caller = legs.find(call.legs[caller_side]);
  if (sdp_size > 0 && caller && caller->reliable.wish != Reliable::Wish::none)
    out.header(sip::Header::supported, reliable_tag);
  write_replacing(out, call, invite);
  write_breadth(out, invite);
  if (asks_for_authorisation(s, callee, invite)) out.header(sip::Header::p_early_media, "supported");
}

/// An INVITE, re-INVITE or UPDATE with sdp() as its body; what crosses comes from `source`, null only inside
/// a dialog.
Reason Engine::Impl::send_offer(const Surroundings& s, lane::Handle handle, sip::Method method,
                                const sip::Message* source, uint32_t max_forwards) {
  if (!clients.has_room()) return Reason::pool_empty;
  Leg& leg = legs[handle];
  const dialog::Dialog dialog = open(leg);
  Branch branch = draw_branch();
  std::string_view branch_text{branch.data(), branch.size()};
  uint32_t cseq = ++leg.dialog.local_cseq;
  if (method == sip::Method::invite) leg.own_invite_cseq = cseq;
  Transport to = hop_of(leg, dialog);
  sip::Writer out(room(s, to));
  write_request_head(out, dialog, {method, cseq, branch_text, leg.transport.local, max_forwards});
  write_contact(out, leg.transport.local);
  write_allow(out);
  bool begins = leg.dialog.state == dialog::DialogState::none;
  if (begins) write_beginning(s, out, leg, *source);
  write_session_request(out, begins ? callee_session(s, calls[leg.call]) : leg.session);
  write_crossing(s, out, crossing_to(s, leg, source));
  write_body(out, sdp());
  if (out.overflowed()) return Reason::message_too_long;
  carry_out_changes(s);
  leg.client = clients.begin({method, branch_text, dialog.call_id.view(), cseq}, to, out.written().size(),
                             {handle, leg.call_number}, context(s));
  if (method == sip::Method::invite) leg.invited = leg.client;
  return leg.client ? Reason::none : Reason::pool_empty;
}

/// This peer failed: the next one, of this trunk or the next. `status` is its response, 0 = none came.
void Engine::Impl::fail_over(const Surroundings& s, lane::Handle handle, Reason why, int status) {
  Call& call = calls[handle];
  char text[96];
  sip::Writer line(text);
  line.text("attempt ").number(call.record.attempts).text(" failed");
  if (status) line.text(" with ").number(uint64_t(status));
  log(s, Severity::info, why, call, callee_side, line.written());
  if (why != Reason::session_too_short) call.peers_failed = true;
  leave_callee(s, handle);
  const sip::Message* invite = read_invite(call);
  SBC_CHECK(invite);
  attempt_next(s, handle, *invite);
}

/// The attempt is over, and the call is not.
void Engine::Impl::leave_callee(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  stop(handle, CallTimer::attempt);
  drop_forwarded(s, call);
  forget_callee(call);
  leave_leg(s, call.legs[callee_side], {}, 0);
}

/// What a callee has said that the caller has not been told yet; and what the caller has described to that
/// one alone, by UPDATE: the next is offered what the INVITE has, which introduces the caller once it
/// answers.
void Engine::Impl::forget_callee(Call& call) {
  if (Leg* caller = legs.find(call.legs[caller_side])) {
    caller->reliable.held = 0;
    caller->reliable.held_sdp = false;
    if (call.early.done) slab.release(caller->introduction);
  }
  slab.release(call.preview);
  slab.release(call.success);
  call.early = {};
  for (Forks::Fork& fork : call.forks.known) fork.over = true;
  call.forks.forget_described(slab);
}

SessionTimer Engine::Impl::callee_session(const Surroundings& s, const Call& call) const {
  return session_to_offer(session_seconds(s), call.session_min);
}

const sip::Message* Engine::Impl::read_invite(const Call& call) {
  std::string_view bytes = slab.copy(call.invite, invite_bytes);
  if (bytes.empty() || invite_message.parse(bytes, transaction::own_limits) != Reason::none) return nullptr;
  return &invite_message;
}

}  // namespace sbc::call
