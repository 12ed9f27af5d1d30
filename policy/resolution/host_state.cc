#include "policy/resolution/host_state.h"

#include <algorithm>

namespace sbc::policy {
namespace {

using Phase = HostState::Phase;

constexpr Duration first_retry = std::chrono::seconds(1);
/// A transaction may last so long (RFC 3261 17, timer B), and whoever is called still answers in it.
constexpr Duration former_min = std::chrono::seconds(32);

std::vector<IpAddress> addresses_of(const std::vector<HostTarget>& targets) {
  std::vector<IpAddress> all;
  for (const HostTarget& target : targets)
    all.insert(all.end(), target.addresses.begin(), target.addresses.end());
  return all;
}

bool has(const std::vector<IpAddress>& addresses, const IpAddress& address) {
  return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

void set_targets(HostState& state, std::vector<HostTarget> targets, Instant now) {
  if (state.targets == targets) return;
  const std::vector<IpAddress> before = addresses_of(state.targets), after = addresses_of(targets);
  std::erase_if(state.former, [&](const FormerAddress& each) { return has(after, each.address); });
  for (const IpAddress& address : before) {
    auto same = [&](const FormerAddress& each) { return each.address == address; };
    if (has(after, address) || std::any_of(state.former.begin(), state.former.end(), same)) continue;
    if (state.former.size() == HostState::former_max) state.former.erase(state.former.begin());
    state.former.push_back({address, now});
  }
  state.targets = std::move(targets);
  state.known = now;
}

/// RFC 8767 5 asks to pause after a failure; at first, only a little.
Duration pause_after(unsigned failures, const config::Resolver& rules) {
  const Duration pause = first_retry * (1u << std::min(failures - 1, 12u));
  return std::min(pause, rules.retry);
}

bool is_kept(const HostState& state, const config::Resolver& rules, Instant now) {
  return !state.targets.empty() && now < state.expires + rules.stale;
}

HostState after_good(HostState state, const Found& found, const config::Resolver& rules, Instant now) {
  std::vector<HostTarget> targets = found.targets;
  // Of a target that nobody could tell the addresses of, those that it had; of one family too.
  auto is_missed = [](const HostTarget& missed) {
    return [&missed](const HostTarget& each) { return each.name == missed.name && each.port == missed.port; };
  };
  for (const HostTarget& missed : found.undetermined) {
    const auto old = std::find_if(state.targets.begin(), state.targets.end(), is_missed(missed));
    if (old == state.targets.end()) continue;
    auto now_has = std::find_if(targets.begin(), targets.end(), is_missed(missed));
    if (now_has == targets.end()) now_has = targets.insert(targets.end(), missed);
    const std::vector<IpAddress> told = now_has->addresses;
    for (const IpAddress& address : old->addresses) {
      auto same_family = [&](const IpAddress& each) { return each.family() == address.family(); };
      if (std::none_of(told.begin(), told.end(), same_family)) now_has->addresses.push_back(address);
    }
    std::sort(now_has->addresses.begin(), now_has->addresses.end());
  }
  std::stable_sort(targets.begin(), targets.end(),
                   [](const HostTarget& a, const HostTarget& b) { return a.priority < b.priority; });
  const Duration ttl = std::clamp(found.ttl, rules.ttl_min, rules.ttl_max);
  set_targets(state, std::move(targets), now);
  state.answered = now;
  state.expires = now + ttl;
  state.left_out = found.left_out;
  state.by_naptr = found.by_naptr;
  state.failures = found.undetermined.empty() ? 0 : state.failures + 1;
  state.ask_at = now + (state.failures ? std::min(ttl, pause_after(state.failures, rules)) : ttl);
  return state;
}

}  // namespace

bool is_needed(const FormerAddress& former, Duration keep, bool idle, Instant now) {
  const Duration age = now - former.since;
  const bool call_may_live = !idle && (keep <= Duration(0) || age < keep);
  return age < former_min || call_may_live;
}

Phase phase_of(const HostState& state, Instant now) {
  if (state.last_at.ns == 0) return Phase::awaited;
  if (!state.targets.empty()) return now < state.expires ? Phase::fresh : Phase::stale;
  return is_word_of_zone(state.last) ? Phase::negative : Phase::failed;
}

std::string_view text_of(Phase phase) {
  constexpr std::string_view names[] = {"awaited", "fresh", "stale", "negative", "failed"};
  return names[size_t(phase)];
}

HostState after_lookup(HostState state, const Found& found, const config::Resolver& rules, Instant now) {
  state.asking = false;
  state.last = found.outcome;
  state.last_at = now;
  ++state.lookups;
  state.failed += found.outcome != Outcome::found;
  // Where nobody could tell of the NAPTR record that has led to what is known, what the name itself stands
  // for is another service.
  const bool astray = state.by_naptr && found.naptr_troubled && is_kept(state, rules, now);
  if (found.outcome == Outcome::found && !astray) return after_good(std::move(state), found, rules, now);
  if (astray) {
    ++state.failures;
    state.ask_at = now + pause_after(state.failures, rules);
    return state;
  }
  if (is_word_of_zone(found.outcome)) {
    state.failures = 0;
    state.ask_at = now + std::clamp(found.ttl, rules.negative_ttl_min, rules.negative_ttl_max);
  } else {
    ++state.failures;
    state.ask_at = now + pause_after(state.failures, rules);
  }
  if (found.outcome == Outcome::no_service || !is_kept(state, rules, now)) set_targets(state, {}, now);
  return state;
}

bool may_end(const HostState& state, const config::Resolver& rules, Instant now) {
  const bool unconfirmed = state.last != Outcome::found && !state.targets.empty();
  return !state.former.empty() || (unconfirmed && !is_kept(state, rules, now));
}

HostState after_time(HostState state, const config::Resolver& rules, Duration keep, bool idle, Instant now) {
  const bool confirmed = state.last == Outcome::found;
  if (!confirmed && !state.targets.empty() && !is_kept(state, rules, now)) set_targets(state, {}, now);
  std::erase_if(state.former, [&](const FormerAddress& each) { return !is_needed(each, keep, idle, now); });
  return state;
}

KnownHost known_host(const HostState& state) {
  KnownHost host;
  host.awaited = state.last_at.ns == 0;
  host.targets = state.targets;
  for (const FormerAddress& each : state.former) host.former.push_back(each.address);
  host.known = state.known;
  return host;
}

}  // namespace sbc::policy
