#include "policy/limit/usage.h"

#include <numeric>

namespace sbc::policy {

using config::Trust;
using meter::Gcra;

namespace {

/// Whoever is forgotten for others is still held to the rate that unknown sources share.
constexpr uint32_t emergency_sources_max = 4096;
/// Of one call: what its set-up, its end and their retransmissions come to.
constexpr uint32_t messages_per_call = 16;

template <class Trunk>
auto& in_direction(Trunk& trunk, Direction direction) {
  return direction == Direction::inbound ? trunk.inbound : trunk.outbound;
}

const config::CallLimit& limit_of(const config::Trunk& trunk, Direction direction) {
  return in_direction(trunk, direction);
}

uint32_t calls_max(const config::Trunk& trunk, Direction direction) {
  const uint32_t own = limit_of(trunk, direction).calls_max;
  return own ? own : trunk.calls_max;
}

}  // namespace

Usage::Usage(const config::Limits& limits, const HashKey& key)
    : sources(limits.sources_max, key),
      emergency_sources(emergency_sources_max, key),
      emergency_messages(emergency_sources_max, key) {}

Reason admit_message(const config::Limits& limits, Usage& usage, RealmId realm, const IpAddress& source,
                     Trust trust, Instant now) {
  if (trust == Trust::denied) return Reason::source_denied;
  if (trust == Trust::unknown && !usage.sources.conforms(Gcra::of(limits.source_rate), realm, source, now))
    return Reason::source_rate;
  if (trust == Trust::unknown && !usage.unknown.conforms(Gcra::of(limits.unknown_rate), now))
    return Reason::unknown_rate;
  Gcra global = Gcra::of(limits.global_rate);
  if (usage.global.conforms(global, now)) return Reason::none;
  if (trust != Trust::unknown && usage.reserve.conforms(global, now)) return Reason::none;
  return Reason::global_rate;
}

bool admit_emergency(const config::Emergency& rules, Usage& usage, RealmId realm, const IpAddress& source,
                     Trust trust, Instant now) {
  if (trust == Trust::trusted) return true;
  if (!usage.emergency_sources.conforms(Gcra::of(rules.source_rate), realm, source, now)) return false;
  return trust != Trust::unknown || usage.unknown_emergencies.conforms(Gcra::of(rules.unknown_rate), now);
}

bool admit_emergency_message(const config::Emergency& rules, Usage& usage, RealmId realm,
                             const IpAddress& source, Trust trust, Instant now) {
  auto of_messages = [](Rate calls) {
    calls.events *= messages_per_call;
    calls.burst *= messages_per_call;
    return Gcra::of(calls);
  };
  if (trust == Trust::trusted) return true;
  if (!usage.emergency_messages.conforms(of_messages(rules.source_rate), realm, source, now)) return false;
  return trust != Trust::unknown ||
         usage.unknown_emergency_messages.conforms(of_messages(rules.unknown_rate), now);
}

Reason admit_precedent_call(const config::Limits& limits, Usage& usage, uint32_t reserved, bool stranger) {
  // Beyond what strangers may have, half of the rest: whom we know must not be kept out by calls that anybody
  // can begin.
  const uint32_t strangers_max = std::midpoint(unknown_calls_max(limits), limits.calls_max);
  if (stranger && !usage.unknown_calls.take(strangers_max)) return Reason::unknown_call_limit;
  const uint32_t most = limits.calls_max - (stranger ? reserved / 2 : 0);
  if (usage.calls.take(most)) return Reason::none;
  if (stranger) usage.unknown_calls.give_back();
  return Reason::call_limit;
}

Reason admit_call(const config::Limits& limits, Usage& usage, Instant now, uint32_t reserved) {
  if (!usage.calls.take(limits.calls_max - reserved)) return Reason::call_limit;
  if (usage.call_rate.conforms(Gcra::of(limits.call_rate), now)) return Reason::none;
  usage.calls.give_back();
  return Reason::call_rate;
}

void release_call(Usage& usage) { usage.calls.give_back(); }

void resume_call(Usage& usage, bool stranger) {
  usage.calls.take(~0u);
  if (stranger) usage.unknown_calls.take(~0u);
}

void resume_trunk(Usage& usage, TrunkId id, Direction direction) {
  TrunkUsage& all = usage.trunks[index_of(id)];
  all.calls.take(~0u);
  in_direction(all, direction).calls.take(~0u);
}

uint32_t unknown_calls_max(const config::Limits& limits) {
  return limits.unknown_calls_max ? limits.unknown_calls_max : (limits.calls_max + 1) / 2;
}

Reason admit_unknown_call(const config::Limits& limits, Usage& usage, Instant now) {
  if (!usage.unknown_calls.take(unknown_calls_max(limits))) return Reason::unknown_call_limit;
  if (usage.unknown_call_rate.conforms(Gcra::of(limits.unknown_call_rate), now)) return Reason::none;
  usage.unknown_calls.give_back();
  return Reason::unknown_call_rate;
}

void release_unknown_call(Usage& usage) { usage.unknown_calls.give_back(); }

Reason admit_trunk(const config::Trunk& trunk, Usage& usage, TrunkId id, Direction direction, Instant now) {
  TrunkUsage& all = usage.trunks[index_of(id)];
  CallUsage& own = in_direction(all, direction);
  const config::CallLimit& limit = limit_of(trunk, direction);
  if (!all.calls.take(trunk.calls_max)) return Reason::trunk_limit;
  if (!own.calls.take(calls_max(trunk, direction))) {
    all.calls.give_back();
    return Reason::trunk_limit;
  }
  bool conforms = own.call_rate.conforms(Gcra::of(limit.call_rate), now) &&
                  all.call_rate.conforms(Gcra::of(trunk.call_rate), now);
  if (conforms) return Reason::none;
  release_trunk(usage, id, direction);
  return Reason::trunk_rate;
}

void release_trunk(Usage& usage, TrunkId id, Direction direction) {
  TrunkUsage& all = usage.trunks[index_of(id)];
  in_direction(all, direction).calls.give_back();
  all.calls.give_back();
}

bool has_room(const config::Trunk& trunk, const Usage& usage, TrunkId id, Direction direction, Instant now) {
  const TrunkUsage& all = usage.trunks[index_of(id)];
  const CallUsage& own = in_direction(all, direction);
  return all.calls.value() < trunk.calls_max && own.calls.value() < calls_max(trunk, direction) &&
         own.call_rate.would_conform(Gcra::of(limit_of(trunk, direction).call_rate), now) &&
         all.call_rate.would_conform(Gcra::of(trunk.call_rate), now);
}

}  // namespace sbc::policy
