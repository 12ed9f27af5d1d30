// Usage: the shared numbers that limits are held against. Each is one atomic word; never a lock (rule 5).
// Shared by all workers; lives as long as the process, across reloads.
#pragma once

#include <array>
#include <cstdint>

#include "config/model/model.h"
#include "config/types/reason.h"
#include "dataplane/meter/gauge.h"
#include "dataplane/meter/rate_cell.h"
#include "dataplane/meter/source_table.h"
#include "policy/health/health.h"

namespace sbc::policy {

struct CallUsage {
  meter::Gauge calls;
  meter::RateCell call_rate;
};

struct TrunkUsage : CallUsage {
  CallUsage inbound, outbound;
  TrunkHealth health;
};

/// Of a call, as we see it: from the trunk, or to it.
enum class Direction : uint8_t { inbound, outbound };

struct Usage {
  explicit Usage(const config::Limits& limits, const HashKey& key);

  meter::Gauge calls, unknown_calls;
  meter::RateCell call_rate, unknown_call_rate, global, unknown;
  meter::RateCell reserve;  // of trusted and registered sources, past `global`
  meter::SourceTable sources;
  meter::SourceTable emergency_sources, emergency_messages;  // of new calls, and of messages of such calls
  meter::RateCell unknown_emergencies, unknown_emergency_messages;
  std::array<TrunkUsage, trunks_max> trunks;
};

/// May this source send one more SIP message? Decided before parsing: per source, then all unknown sources,
/// then everybody. Trusted sources are held to the global rate only, and pass it up to twice its figure
/// (their reserve).
Reason admit_message(const config::Limits& limits, Usage& usage, RealmId realm, const IpAddress& source,
                     config::Trust trust, Instant now);

/// May one more call begin? Takes one place of `calls` on success: give it back with release_call().
/// `reserved`: how many of them are kept for calls with precedence.
Reason admit_call(const config::Limits& limits, Usage& usage, Instant now, uint32_t reserved = 0);
void release_call(Usage& usage);

/// May an emergency call, or a message of one, of this source pass by what stops others? A trusted
/// source always, another at its rate, and unknown ones besides at the rate that they share.
bool admit_emergency(const config::Emergency& rules, Usage& usage, RealmId realm, const IpAddress& source,
                     config::Trust trust, Instant now);
bool admit_emergency_message(const config::Emergency& rules, Usage& usage, RealmId realm,
                             const IpAddress& source, config::Trust trust, Instant now);
/// As admit_call(), of a call with precedence: no rate, and the reserve too, of which a stranger gets half. A
/// stranger's counts among those of unknown sources, too: release_unknown_call() gives that back.
Reason admit_precedent_call(const config::Limits& limits, Usage& usage, uint32_t reserved, bool stranger);

/// Counts a call, limits or not: it comes from elsewhere, or has precedence. Given back like any other.
void resume_call(Usage& usage, bool stranger);
void resume_trunk(Usage& usage, TrunkId id, Direction direction);

/// Besides, for a call of an unknown source: strangers share a part of the calls and of their rate, so that a
/// flood of INVITEs with forged sources leaves room for everybody else. Give back with
/// release_unknown_call().
Reason admit_unknown_call(const config::Limits& limits, Usage& usage, Instant now);
void release_unknown_call(Usage& usage);
uint32_t unknown_calls_max(const config::Limits& limits);

/// The same for a trunk: all its calls, and those in this direction.
Reason admit_trunk(const config::Trunk& trunk, Usage& usage, TrunkId id, Direction direction, Instant now);
void release_trunk(Usage& usage, TrunkId id, Direction direction);
/// Whether it would be admitted now; takes nothing.
bool has_room(const config::Trunk& trunk, const Usage& usage, TrunkId id, Direction direction, Instant now);

}  // namespace sbc::policy
