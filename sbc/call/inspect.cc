#include "sbc/call/impl.h"

namespace sbc::call {

EngineUsage Engine::Impl::usage() const {
  EngineUsage usage;
  usage.calls = calls.in_use();
  usage.legs = legs.in_use();
  usage.dialogs = leg_table.size();
  usage.server_transactions = servers.in_use();
  usage.client_transactions = clients.in_use();
  usage.timers = wheel.armed_count();
  usage.relays = relays;
  usage.leased_ports = ports.leased();
  usage.resting_ports = ports.resting();
  usage.srtp_sides = seeds.in_use();
  usage.message_bytes = slab.kept_bytes();
  return usage;
}

lane::Handle Engine::Impl::find_call(uint64_t call_id) const {
  for (auto at = calls.next_live(0); at; at = calls.next_live(at.index + 1)) {
    if (calls[at].record.id == call_id) return at;
  }
  return {};
}

CallRecord Engine::Impl::record_of(const Call& call, const media::StatsReader& media) const {
  CallRecord record = call.record;
  record.caller.srtp = call.anchor.suite(caller_side, streams);
  record.callee.srtp = call.anchor.suite(callee_side, streams);
  record.caller.srtp_passes = record.callee.srtp_passes = call.anchor.has_seal(streams);
  record.caller.media.go_on_with(call.anchor.stats(caller_side, streams, media));
  record.callee.media.go_on_with(call.anchor.stats(callee_side, streams, media));
  const bool had_audio = record.caller.media.packets != 0 || record.callee.media.packets != 0;
  record.has_audio = had_audio || call.anchor.has_audio(streams);
  return record;
}

void Engine::Impl::check_invariants() const {
  uint64_t kept = 0;
  uint32_t armed = servers.check_invariants(kept) + clients.check_invariants(kept);
  uint32_t call_relays = 0;
  uint32_t call_ports = 0;
  uint32_t call_seeds = 0;
  uint32_t converting = 0;
  for (auto at = calls.next_live(0); at; at = calls.next_live(at.index + 1)) {
    const Call& call = calls[at];
    kept += uint64_t(call.invite.size) + call.preview.size + call.offered.size + call.success.size +
            call.replaced.size;
    for (const Forks::Description& fork : call.forks.described) kept += fork.sdp.size;
    call_relays += call.anchor.relay_count(streams);
    call_ports += call.anchor.leased_ports();
    call_seeds += call.anchor.seed_count(streams);
    for (unsigned side = 0; side < 2; ++side) {
      if (!call.legs[side]) continue;
      const Leg& leg = legs[call.legs[side]];
      SBC_CHECK(leg.call == at && leg.side == side);
    }
    SBC_CHECK(call.record.state != CallState::ending);
    SBC_CHECK(!call.answered() || call.forks.count == 0);
    SBC_CHECK(!call.answered() || !call.anchor.holds_back(caller_side));
    check_transfer(at);
    converting += call.converts_digits;
    SBC_CHECK(!call.converts_digits || digit_calls.find({call.record.id, call.record.id}) == at);
    SBC_CHECK(call.answered() || !call.invite.empty());
    bool parked = wheel.armed(keys.of_call(at.index, CallTimer::parked));
    SBC_CHECK(parked == (call.question != 0));
    // Nothing lasts without a deadline before it is answered.
    if (!call.answered()) SBC_CHECK(parked || wheel.armed(keys.of_call(at.index, CallTimer::ring)));
    for (uint32_t i = 0; i < TimerKeys::per_call; ++i)
      armed += wheel.armed(keys.of_call(at.index, CallTimer(i)));
  }
  SBC_CHECK(call_relays == relays && call_ports == ports.leased() && call_seeds == seeds.in_use());
  SBC_CHECK(converting == digit_calls.size());
  ports.check_invariants();
  for (auto at = legs.next_live(0); at; at = legs.next_live(at.index + 1)) {
    const Leg& leg = legs[at];
    kept += uint64_t(leg.names.size) + leg.parting.size + leg.introduction.size + leg.proposed_target.size;
    for (uint32_t i = 0; i < TimerKeys::per_leg; ++i)
      armed += wheel.armed(keys.of_leg(at.index, LegTimer(i)));
  }
  SBC_CHECK(kept == slab.kept_bytes());
  check_legs();
  SBC_CHECK(wheel.armed(keys.ports) == (ports.resting() > 0));
  SBC_CHECK(wheel.armed(keys.probes) == !probes.empty());
  SBC_CHECK(armed + wheel.armed(keys.ports) + wheel.armed(keys.probes) == wheel.armed_count());
}

/// A call without one of its parties is part of a transfer.
void Engine::Impl::check_transfer(lane::Handle handle) const {
  const Call& call = calls[handle];
  const bool whole =
      legs.lives(call.legs[caller_side]) && (!call.answered() || legs.lives(call.legs[callee_side]));
  bool reports = false;
  for (lane::Handle leg : call.legs) reports |= leg && clients.awaits_final(legs[leg].report.client);
  SBC_CHECK(whole || call.successor || call.origin || reports);
  if (call.successor) SBC_CHECK(calls[call.successor].origin == handle);
  if (call.origin) SBC_CHECK(calls[call.origin].successor == handle);
  // Nothing waits for a party without a deadline.
  const bool waits = call.joining && call.answered() && !call.exchange.open;
  SBC_CHECK(!waits || wheel.armed(keys.of_call(handle.index, CallTimer::join)));
}

void Engine::Impl::check_legs() const {
  uint32_t listed = 0;
  uint32_t idle = 0;
  uint32_t waiting = 0;  // requests other than INVITE that somebody will answer
  for (auto at = legs.next_live(0); at; at = legs.next_live(at.index + 1)) {
    const Leg& leg = legs[at];
    listed += leg.listed;
    idle += leg.lingering;
    const dialog::Dialog dialog = open(leg);
    SBC_CHECK(find_leg(dialog.call_id.view(), dialog.local_tag.view()) == at);
    SBC_CHECK(leg.lingering != calls.lives(leg.call));
    const transaction::ServerTransaction* offer = servers.find(leg.server);
    waiting += offer && !offer->is_invite() && servers.awaits_final(leg.server);
    for (const Forwarded& slot : leg.forwarded) {
      SBC_CHECK(bool(slot.server) == bool(slot.client));
      if (!slot.server) continue;
      ++waiting;
      SBC_CHECK(!leg.lingering && servers.awaits_final(slot.server) && clients.awaits_final(slot.client));
    }
    SBC_CHECK(leg.digits.client ? clients.awaits_final(leg.digits.client) : leg.digits.count == 0);
    if (leg.reliable.waits)
      SBC_CHECK(servers.awaits_final(leg.server) && wheel.armed(keys.of_leg(at.index, LegTimer::give_up)));
    if (wheel.armed(keys.of_leg(at.index, LegTimer::session))) SBC_CHECK(!leg.lingering);
    if (leg.lingering) SBC_CHECK(leg.awaits_ack() || clients.find(leg.bye));
    if (leg.awaits_ack()) SBC_CHECK(wheel.armed(keys.of_leg(at.index, LegTimer::give_up)));
  }
  SBC_CHECK(listed + fork_tags == leg_table.size() && idle == lingering && waiting == servers.waiting());
}

}  // namespace sbc::call
