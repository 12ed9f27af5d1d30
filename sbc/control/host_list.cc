#include "sbc/control/host_list.h"

#include <algorithm>

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

double seconds(Duration duration) { return double(duration / 1ms) / 1000; }

/// Of a moment that has been; null: it has not.
Json age_json(Instant at, Instant now) { return at.ns == 0 ? Json() : Json(seconds(now - at)); }

Json addresses_json(const std::vector<IpAddress>& addresses) {
  Json texts = Json::array();
  for (const IpAddress& address : addresses) texts.push_back(address.text());
  return texts;
}

Json targets_json(const policy::HostState& state) {
  Json targets = Json::array();
  for (const policy::HostTarget& target : state.targets) {
    targets.push_back({{"target", target.name},
                       {"port", target.port},
                       {"priority", target.priority},
                       {"weight", target.weight},
                       {"addresses", addresses_json(target.addresses)}});
  }
  return targets;
}

Json host_json(const config::Peer& peer, const policy::HostState& state, const policy::Compiled& policy,
               Instant now) {
  const policy::KnownHost known = policy::known_host(state);
  const bool looked_up = state.last_at.ns != 0;
  return {{"host", peer.text()},
          {"state", policy::text_of(policy::phase_of(state, now))},
          {"outcome", looked_up ? Json(policy::name_of(state.last)) : Json()},
          {"outcome_text", looked_up ? Json(policy::text_of(state.last)) : Json()},
          {"targets", targets_json(state)},
          {"denied", addresses_json(denied_addresses(policy, policy::key_of(peer), state))},
          {"former", addresses_json(known.former)},
          {"answered_s", age_json(state.answered, now)},
          {"ttl_s", state.answered.ns == 0 ? Json() : Json(seconds(state.expires - now))},
          {"ask_s", state.asking ? Json() : Json(seconds(std::max(state.ask_at - now, Duration(0))))},
          {"lookups", state.lookups},
          {"failed", state.failed},
          {"left_out", state.left_out}};
}

bool has_name(const config::Trunk& trunk, const policy::HostKey& key) {
  return std::any_of(trunk.peers.begin(), trunk.peers.end(),
                     [&](const config::Peer& peer) { return peer.is_host() && policy::key_of(peer) == key; });
}

}  // namespace

std::vector<IpAddress> denied_addresses(const policy::Compiled& policy, const policy::HostKey& key,
                                        const policy::HostState& state) {
  std::vector<IpAddress> denied;
  for (const config::Trunk& trunk : policy.model->trunks) {
    if (!has_name(trunk, key)) continue;
    for (const policy::HostTarget& target : state.targets) {
      for (const IpAddress& address : target.addresses)
        if (policy.access.judge(trunk.realm, address).is_shut_out()) denied.push_back(address);
    }
  }
  std::sort(denied.begin(), denied.end());
  denied.erase(std::unique(denied.begin(), denied.end()), denied.end());
  return denied;
}

Json hosts_json(Backend& backend, Instant now) {
  auto policy = backend.policy();
  Json hosts = Json::array();
  for (const config::Trunk& trunk : policy->model->trunks) {
    for (const config::Peer& peer : trunk.peers) {
      const policy::HostState* state = peer.is_host() ? backend.hosts().find(policy::key_of(peer)) : nullptr;
      if (!state) continue;
      auto listed = std::find_if(hosts.begin(), hosts.end(),
                                 [&](const Json& each) { return each["host"] == peer.text(); });
      if (listed == hosts.end()) {
        hosts.push_back(host_json(peer, *state, *policy, now));
        listed = std::prev(hosts.end());
      }
      (*listed)["trunks"].push_back(*trunk.name);
    }
  }
  return {{"hosts", hosts}};
}

}  // namespace sbc::control
