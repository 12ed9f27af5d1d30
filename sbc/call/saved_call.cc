#include <algorithm>

#include "sbc/anchor/saved_anchor.h"
#include "sbc/call/impl.h"
#include "sbc/call/saved_form.h"
#include "sbc/transaction/saved_transactions.h"

namespace sbc::call {
namespace {

/// Of the bytes, which are secret: a call that speaks SRTP has its keys there. Another version's are refused.
constexpr uint8_t version = 14;

/// At their end, of all that is before: so they are whole, and from somebody who knows the same secret.
constexpr size_t seal_bytes = sizeof(uint64_t);

// One list of fields for both directions; `Part` is const for a SavedCall.

template <class Form, class Part>
void record_fields(Form& form, Part& record) {
  form.number(record.state, CallState::answered);
  form.number(record.status);
  form.text(record.from_number);
  form.text(record.to_number);
  form.text(record.route);
  form.number(record.attempts);
  form.number(record.precedence, policy::Precedence::resource_priority);
  form.number(record.media_released);
  form.moment(record.begun);
  form.moment(record.ringing);
  form.moment(record.answered);
  form.bits(record.transferred_from);
  form.text(record.peer_host);
  if (record.peer_host.size > 0) form.moment(record.peer_known);
  for (auto* leg : {&record.caller, &record.callee}) {
    form.realm(leg->realm);
    form.trunk(leg->trunk);
    form.endpoint(leg->peer);
  }
}

template <class Form, class Part>
void profile_fields(Form& form, Part& profile) {
  form.text(profile.route);
  form.number(profile.trunk_count, CallProfile::trunks_max);
  for (size_t at = 0; at < profile.trunk_count; ++at) form.trunk(profile.trunks[at]);
  form.duration(profile.attempt_timeout);
  form.duration(profile.progress_timeout);
}

/// Its trunk by the place among the call's, which takes less than a name. One of before a redirection is not
/// among them: over there the refusal has no rule.
template <class Form, class Part>
void rule_fields(Form& form, Part& rule, const CallProfile& profile) {
  const auto begin = profile.trunks.begin(), end = begin + profile.trunk_count;
  const auto at = rule.trunk == TrunkId::none ? end : std::find(begin, end, rule.trunk);
  size_t place = at == end ? 0 : size_t(at - begin) + 1;  // 0 = none
  form.number(place, profile.trunk_count);
  if (place == 0) return;
  form.number(rule.number);
  if constexpr (std::is_base_of_v<Loader, Form>) rule.trunk = profile.trunks[place - 1];
}

/// Of a call that is not answered.
template <class Form, class Part>
void early_fields(Form& form, Part& call) {
  profile_fields(form, call.profile);
  form.text(call.record.callee.call_id);
  form.kept(call.invite);
  form.kept(call.success);
  Forks::each_field(form, call.forks);
  form.number(call.told);
  Previewed::each_field(form, call.previewed);
  form.number(call.spoken);
  form.number(call.next_trunk);
  form.number(call.last_resort);
  form.number(call.passed_over);
  form.number(call.peers_failed);
  form.number(call.redirections);
  form.text(call.redirected);
  Refusal::each_field(form, call.refusal);
  rule_fields(form, call.refusal.rule, call.profile);
  form.number(call.failure, Reason(reason_count - 1));
  form.number(call.session_min);
  form.bits(call.question);
  form.number(call.awaits_host);
}

template <class Form, class Part>
void leg_fields(Form& form, Part& leg) {
  Transport::each_field(form, leg.transport);
  form.trunk(leg.trunk);
  dialog::Sequence::each_field(form, leg.dialog);
  form.kept(leg.names);
  form.kept(leg.introduction);
  form.flags(leg.call_id_ours, leg.introduced, leg.trusted, leg.hidden, leg.takes_update, leg.lingering);
  form.server(leg.server);
  form.server(leg.updated);
  form.server(leg.accepted);
  form.number(leg.invite_cseq);
  form.duration(leg.resend_interval);
  form.client(leg.client);
  form.client(leg.invited);
  form.client(leg.unacknowledged);
  form.number(leg.own_invite_cseq);
  form.client(leg.bye);
  form.kept(leg.parting);
  for (auto& slot : leg.forwarded) {
    form.server(slot.server);
    form.client(slot.client);
  }
  for (auto& referral : leg.referrals) Referral::each_field(form, referral);
  Digits::each_field(form, leg.digits);
  Reliable::each_field(form, leg.reliable);
  PerFork<uint16_t>::each_field(form, leg.authorised);
  SessionTimer::each_field(form, leg.session);
  SessionTimer::each_field(form, leg.proposed);
  form.kept(leg.proposed_target);
  form.moment(leg.session_end);
  form.client(leg.refresh);
  form.number(leg.questions);
}

void ask_rate_field(SavedCall& form, const meter::RateCell& asks, Instant now) {
  form.moment(asks.ahead_until() > now ? asks.ahead_until() : Instant{});
}
void ask_rate_field(LoadedCall& form, meter::RateCell& asks, Instant) {
  Instant until;
  form.moment(until);
  asks.resume(until);
}

}  // namespace

template <class Form>
void Engine::Impl::each_field_of_leg(const Surroundings& s, Form& form, lane::Handle handle) {
  Leg& leg = legs[handle];
  leg_fields(form, leg);
  ask_rate_field(form, leg.asks, s.now);
  for (uint32_t i = 0; i < TimerKeys::per_leg; ++i) form.deadline(keys.of_leg(handle.index, LegTimer(i)));
}

/// Slots are this process's: whom the call has tried goes by endpoint.
template <class Form>
void Engine::Impl::each_tried(const Surroundings& s, Form& form, Call& call) {
  constexpr bool loads = std::is_base_of_v<Loader, Form>;
  const bool listed = call.next_trunk < call.profile.trunk_count;
  const policy::PeerList& list =
      s.policy.trunks.peers(listed ? call.profile.trunks[call.next_trunk] : TrunkId::none);
  std::array<Endpoint, config::trunk_peers_max> tried;
  size_t count = 0;
  // A call that takes over another one has one peer, and no trunk whose list that could be in.
  bool without_list = call.profile.trunk_count == 0 && call.tried != 0;
  if constexpr (!loads) {
    for (const policy::Peer& peer : list.peers())
      if (!peer.is_awaited() && (call.tried >> peer.slot & 1) != 0) tried[count++] = peer.endpoint;
  }
  form.number(without_list);
  form.number(count, config::trunk_peers_max);
  for (size_t i = 0; i < count; ++i) form.endpoint(tried[i]);
  if constexpr (loads) {
    call.tried = without_list;
    for (size_t i = 0; i < count; ++i)
      if (const policy::Peer* peer = list.find(tried[i])) call.tried |= uint64_t(1) << peer->slot;
    if (const policy::Peer* peer = list.find(call.record.callee.peer)) call.peer_slot = peer->slot;
  }
}

template <class Form>
void Engine::Impl::each_field_of_call(const Surroundings& s, Form& form, lane::Handle handle) {
  constexpr bool loads = std::is_base_of_v<Loader, Form>;
  Call& call = calls[handle];
  record_fields(form, call.record);
  form.trunk(call.source_trunk);
  form.trunk(call.target_trunk);
  form.number(call.stranger);
  bool held = call.source_trunk_held && (loads || s.policy.trunks.find(call.source_trunk));
  form.number(held);
  if constexpr (loads) call.source_trunk_held = held;
  form.text(call.profile.number);
  form.duration(call.profile.ring_timeout);
  Exchange::each_field(form, call.exchange);
  EarlyExchange::each_field(form, call.early);
  form.moment(call.media_since);
  form.number(call.heard, 3u);
  form.number(call.audio_told);
  form.kept(call.preview);
  form.kept(call.offered);
  form.number(call.retold_side, callee_side);
  form.number(call.retold);
  if (!call.answered()) early_fields(form, call);
  if (!call.answered()) each_tried(s, form, call);
  for (uint32_t i = 0; i < TimerKeys::per_call; ++i) form.deadline(keys.of_call(handle.index, CallTimer(i)));
  bool replaces = !call.replaced.empty();
  form.number(replaces);
  if (replaces) {
    Replacement replaced;
    if constexpr (!loads) read_replaced(call, replaced);
    Replacement::each_field(form, replaced);
    if constexpr (loads) {
      if (!keep_replaced(call, replaced)) form.no_room();
    }
  }
  if constexpr (loads) {
    call.anchor.load(form, anchoring(s, call));
  } else {
    call.anchor.save(form, anchoring(s, call));
  }
}

/// Transactions before what refers to them.
template <class Form, class Parts>
void Engine::Impl::each_part(const Surroundings& s, Form& form, Parts& parts, uint64_t call_id) {
  form.present(parts.call, [this, &s, call_id] {
    const lane::Handle call =
        has_room(s, policy::Precedence::resource_priority) ? calls.take() : lane::Handle{};
    if (call) calls[call].record.id = call_id;
    return call;
  });
  for (unsigned side : {caller_side, callee_side}) {
    form.present(parts.legs[side], [this, side, call_id, call = parts.call] {
      const lane::Handle leg = call ? begin_leg(call, side) : legs.take();
      if (leg) legs[leg].side = side;
      if (leg) legs[leg].call_number = call_id;
      return leg;
    });
  }
  form.transactions(servers, parts.servers, call_id);
  form.transactions(clients, parts.clients, call_id);
  for (lane::Handle leg : parts.legs) {
    if (leg) each_field_of_leg(s, form, leg);
  }
  if (parts.call) each_field_of_call(s, form, parts.call);
}

/// Searches: for calls that move. Transactions in the order of their keys, which is the same everywhere.
CallParts Engine::Impl::parts_of(uint64_t call_id) const {
  CallParts parts;
  parts.call = find_call(call_id);
  if (parts.call) {
    parts.legs = calls[parts.call].legs;
  } else {
    for (auto at = legs.next_live(0); at; at = legs.next_live(at.index + 1))
      if (legs[at].call_number == call_id) parts.legs[legs[at].side] = at;
  }
  auto add = [](CallParts::Handles& handles, const auto& table, lane::Handle handle) {
    if (table.find(handle) && !handles.has(handle)) handles.add(handle);
  };
  servers.each_open([&](lane::Handle handle, uint64_t call) {
    if (call == call_id) parts.servers.add(handle);
  });
  clients.each_open([&](lane::Handle handle, uint64_t call) {
    if (call == call_id) parts.clients.add(handle);
  });
  for (lane::Handle at : parts.legs) {
    if (!at) continue;
    const Leg& leg = legs[at];
    for (lane::Handle server : leg.servers()) add(parts.servers, servers, server);
    for (lane::Handle client : leg.clients()) add(parts.clients, clients, client);
  }
  auto in_order = [](auto& handles, const auto& table) {
    std::sort(handles.begin(), handles.end(), [&](const lane::Handle& a, const lane::Handle& b) {
      return table.find(a)->key < table.find(b)->key;
    });
  };
  auto server_list = parts.servers.list(), client_list = parts.clients.list();
  in_order(server_list, servers);
  in_order(client_list, clients);
  return parts;
}

uint64_t Engine::Impl::seal_of(std::span<const uint8_t> bytes) const {
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  return transaction::Digester(digest_keys).text("saved call").number(version).text(text).digest().low;
}

/// Two calls that need each other, or one that waits for its report: they would have to move together.
bool Engine::Impl::is_part_of_transfer(const CallParts& parts) const {
  const Call* call = calls.find(parts.call);
  const bool waits = std::any_of(parts.legs.begin(), parts.legs.end(), [this](lane::Handle handle) {
    const Leg* leg = legs.find(handle);
    return leg && leg->report.open;
  });
  return waits || (call && (call->successor || call->joining || !call->legs[caller_side]));
}

size_t Engine::Impl::save_call(const Surroundings& s, uint64_t call_id, std::span<uint8_t> out) {
  const CallParts parts = parts_of(call_id);
  if (parts.empty() || !parts.fits() || is_part_of_transfer(parts) || out.size() < seal_bytes) return 0;
  if (parts.call) {  // over there, no packet has been seen
    Call& call = calls[parts.call];
    call.heard |= sides_heard(s, call, call.media_since);
    call.media_since = std::max(call.media_since, call.anchor.last_packet(streams, s.media));
  }
  const SavedWith with{s.policy, s.now, slab, wheel};
  SavedCall form(out.first(out.size() - seal_bytes), with, parts);
  form.number(version);
  form.bits(call_id);
  each_part(s, form, parts, call_id);
  if (form.overflowed()) return 0;
  const size_t size = form.written().size();
  const uint64_t seal = seal_of(form.written());
  std::memcpy(out.data() + size, &seal, seal_bytes);
  return size + seal_bytes;
}

Reason Engine::Impl::load_call(const Surroundings& s, std::span<const uint8_t> bytes) {
  if (bytes.size() < seal_bytes) return Reason::state_bad;
  const auto body = bytes.first(bytes.size() - seal_bytes);
  uint64_t seal = 0;
  std::memcpy(&seal, bytes.data() + body.size(), seal_bytes);
  if (seal != seal_of(body)) return Reason::state_bad;
  CallParts parts;
  const SavedWith with{s.policy, s.now, slab, wheel};
  LoadedCall form(body, with, parts);
  uint8_t written_by = 0;
  uint64_t call_id = 0;
  form.number(written_by);
  form.bits(call_id);
  if (form.failed() || written_by != version) return Reason::state_bad;
  each_part(s, form, parts, call_id);
  if (form.left() > 0 || (!form.failed() && !may_live_here(parts))) form.fail();
  if (!form.failed()) {
    list_parts(s, parts);
    return Reason::none;
  }
  if (parts.call) calls[parts.call].anchor.hand_over(anchoring(s, calls[parts.call]));
  changes.clear();
  for (lane::Handle leg : parts.legs) {
    if (leg) legs[leg].lingering = false;  // not counted yet
  }
  forget_parts(parts);
  return form.reason();
}

/// What the bytes say is taken for right, because they are sealed; not that it belongs here.
bool Engine::Impl::may_live_here(const CallParts& parts) const {
  for (lane::Handle at : parts.legs) {
    if (!at) continue;
    const dialog::Dialog dialog = open(legs[at]);
    if (legs[at].transport.realm == RealmId::none || steering.owner_of(dialog.call_id.view()) != self ||
        find_leg(dialog.call_id.view(), dialog.local_tag.view()))
      return false;
  }
  if (!parts.call) return true;
  if (!parts.legs[caller_side]) return false;
  const Forks& forks = calls[parts.call].forks;
  return forks.count <= 1 || fork_tags + forks.count - 1 <= calls.capacity();
}

/// From now on it is found, and counts.
void Engine::Impl::list_parts(const Surroundings& s, const CallParts& parts) {
  for (lane::Handle at : parts.legs) {
    if (!at) continue;
    list_leg(at);
    lingering += legs[at].lingering;
  }
  if (!parts.call) return;
  Call& call = calls[parts.call];
  list_forks(call);
  for (unsigned side : {caller_side, callee_side}) {
    if (!call.legs[side]) continue;
    const dialog::Dialog dialog = open(legs[call.legs[side]]);
    (side == caller_side ? call.record.caller : call.record.callee).call_id = dialog.call_id.view();
  }
  call.record.worker = self;
  list_digits(parts.call);
  carry_out_changes(s);
  policy::resume_call(s.usage, call.stranger);
  call.source_trunk_held &= call.source_trunk != TrunkId::none;
  if (call.source_trunk_held) policy::resume_trunk(s.usage, call.source_trunk, policy::Direction::inbound);
  if (call.target_trunk != TrunkId::none)
    policy::resume_trunk(s.usage, call.target_trunk, policy::Direction::outbound);
}

bool Engine::Impl::forget_call(const Surroundings& s, uint64_t call_id) {
  const CallParts parts = parts_of(call_id);
  if (parts.call) {
    Call& call = calls[parts.call];
    forget_forks(call);
    call.anchor.hand_over(anchoring(s, call));
    carry_out_changes(s);
    release_usage(s, call);
  }
  forget_parts(parts);
  return !parts.empty();
}

void Engine::Impl::forget_parts(const CallParts& parts) {
  for (lane::Handle server : parts.servers.list()) servers.forget(server);
  for (lane::Handle client : parts.clients.list()) clients.forget(client);
  for (lane::Handle leg : parts.legs) {
    if (leg) free_leg(leg);
  }
  if (parts.call) free_call(parts.call);
}

void Engine::Impl::visit_ids(const std::function<bool(uint64_t)>& visit) const {
  bool go_on = true;
  auto show = [&](uint64_t id) { go_on = go_on && visit(id); };
  for (auto at = calls.next_live(0); at; at = calls.next_live(at.index + 1)) show(calls[at].record.id);
  for (auto at = legs.next_live(0); at; at = legs.next_live(at.index + 1)) show(legs[at].call_number);
  servers.each_open([&](lane::Handle, uint64_t call) { show(call); });
  clients.each_open([&](lane::Handle, uint64_t call) { show(call); });
}

}  // namespace sbc::call
