#include <algorithm>

#include "sbc/call/impl.h"

// Whether there is a place for a call: limits, pools and what is kept of them for calls with precedence.

namespace sbc::call {
namespace {

using policy::Precedence;

/// Of transactions and of the messages' room, what is kept for calls that are up already, which must be able
/// to end: one part of so many. Of calls with precedence half as much.
constexpr uint32_t kept_parts = 8;
constexpr uint32_t kept_parts_of(Precedence precedence) {
  return precedence == Precedence::none ? kept_parts : 2 * kept_parts;
}

}  // namespace

/// What the call claims, where it may: an emergency call that comes too often is one like any other.
Precedence Engine::Impl::precedence_of(const Surroundings& s, const Transport& from, config::Trust trust,
                                       TrunkId source, std::string_view called,
                                       const sip::Message& invite) const {
  const config::Model& model = *s.policy.model;
  const policy::Claimant claimant{model.realms[index_of(from.realm)], s.policy.trunks.find(source), trust};
  const Precedence claimed = policy::claimed_precedence(claimant, called, invite);
  const bool emergency = claimed == Precedence::emergency_number || claimed == Precedence::emergency_service;
  const bool granted = !emergency || policy::admit_emergency(model.emergency, s.usage, from.realm,
                                                             from.remote.address, trust, s.now);
  return granted ? claimed : Precedence::none;
}

/// The reserve holds of each worker's calls too, since a flood may fall to one of them.
bool Engine::Impl::has_room(const Surroundings& s, Precedence precedence) const {
  const uint32_t reserved = precedence == Precedence::none ? s.policy.model->emergency.calls_reserved : 0;
  return calls.in_use() + std::min(reserved, calls.capacity() - 1) < calls.capacity() &&
         slab.free_chunks() > slab_chunks / kept_parts_of(precedence);
}

bool Engine::Impl::has_transactions(Precedence precedence) const {
  const uint32_t parts = kept_parts_of(precedence);
  return servers.has_spare(parts) && clients.has_spare(parts);
}

Reason Engine::Impl::admit(const Surroundings& s, const Admission& admission) {
  const config::Limits& limits = s.policy.model->limits;
  const uint32_t reserved = s.policy.model->emergency.calls_reserved;
  if (admission.precedence != Precedence::none) {
    Reason reason = policy::admit_precedent_call(limits, s.usage, reserved, admission.stranger);
    return reason == Reason::none ? hold_source(s, admission) : reason;
  }
  const bool stranger = admission.stranger;
  Reason reason = stranger ? policy::admit_unknown_call(limits, s.usage, s.now) : Reason::none;
  if (reason != Reason::none) return reason;
  reason = policy::admit_call(limits, s.usage, s.now, reserved);
  if (reason != Reason::none) {
    if (stranger) policy::release_unknown_call(s.usage);
    return reason;
  }
  reason = hold_source(s, admission);
  if (reason != Reason::none) give_admission_back(s, TrunkId::none, stranger);
  return reason;
}

/// Counts the call against the limits of the trunk that it comes from.
Reason Engine::Impl::hold_source(const Surroundings& s, const Admission& admission) {
  const config::Trunk* trunk = s.policy.trunks.find(admission.source);
  if (!trunk) return Reason::none;
  if (admission.precedence == Precedence::none)
    return policy::admit_trunk(*trunk, s.usage, admission.source, policy::Direction::inbound, s.now);
  policy::resume_trunk(s.usage, admission.source, policy::Direction::inbound);
  return Reason::none;
}

void Engine::Impl::give_admission_back(const Surroundings& s, TrunkId held, bool stranger) {
  if (held != TrunkId::none) policy::release_trunk(s.usage, held, policy::Direction::inbound);
  policy::release_call(s.usage);
  if (stranger) policy::release_unknown_call(s.usage);
}

}  // namespace sbc::call
