// HostState: what is known of one host name, for how long that holds, and when it is asked for again.
//
// Pure: a state and an event give the next state; time is an argument. The last good answer outlives its TTL
// by `stale` where no better one comes (as RFC 8767 has it; here the zone's "there is no such name" counts as
// no better one, too: a slip in a carrier's zone must not end our calls to it, and where nobody is left at
// the old addresses, calls fail over). An SRV record that says "no such service" takes effect at once.
#pragma once

#include <vector>

#include "policy/resolution/lookup.h"

namespace sbc::policy {

struct FormerAddress {
  IpAddress address;
  Instant since;  // when the name lost it
};

/// Whether a call, or a transaction, may still be up with it. `keep` is how long a call may last, 0 = for
/// ever; `idle`: none is up with the trunks that had it.
bool is_needed(const FormerAddress& former, Duration keep, bool idle, Instant now);

struct HostState {
  static constexpr size_t former_max = 32;  // the one that went first is forgotten for one more

  enum class Phase : uint8_t {
    awaited,   // for the first time
    fresh,     // within its TTL
    stale,     // past it, with no better one: the last good answer is kept
    negative,  // the zone says that there is nothing
    failed     // nobody could tell, and nothing good is left
  };

  std::vector<HostTarget> targets;
  std::vector<FormerAddress> former;
  Instant known{0};                  // since when it has these targets
  Instant answered{0};               // the last good answer; 0 = none yet
  Instant expires{0};                // its TTL
  Outcome last = Outcome::silent;    // of the last lookup
  Instant last_at{0};                // its end; 0 = none yet
  unsigned failures = 0;             // in a row
  uint64_t lookups = 0, failed = 0;  // so far
  unsigned left_out = 0;
  bool by_naptr = false;  // the targets
  bool asking = false;
  Instant ask_at{0};
};

HostState::Phase phase_of(const HostState& state, Instant now);
std::string_view text_of(HostState::Phase phase);

inline bool is_due(const HostState& state, Instant now) { return !state.asking && state.ask_at <= now; }
HostState after_lookup(HostState state, const Found& found, const config::Resolver& rules, Instant now);
/// Whether after_time() has anything to look at.
bool may_end(const HostState& state, const config::Resolver& rules, Instant now);
/// Past the end of what may be kept: an answer nobody has confirmed, and former addresses. `keep` and `idle`
/// are as above, of the trunks that have the name.
HostState after_time(HostState state, const config::Resolver& rules, Duration keep, bool idle, Instant now);

KnownHost known_host(const HostState& state);

}  // namespace sbc::policy
