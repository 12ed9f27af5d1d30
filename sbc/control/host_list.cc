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

Json host_json(const std::string& host, const policy::HostState& state, Instant now) {
  const policy::KnownHost known = policy::known_host(state);
  const bool looked_up = state.last_at.ns != 0;
  return {{"host", host},
          {"state", policy::text_of(policy::phase_of(state, now))},
          {"outcome", looked_up ? Json(policy::name_of(state.last)) : Json()},
          {"outcome_text", looked_up ? Json(policy::text_of(state.last)) : Json()},
          {"targets", targets_json(state)},
          {"former", addresses_json(known.former)},
          {"answered_s", age_json(state.answered, now)},
          {"ttl_s", state.answered.ns == 0 ? Json() : Json(seconds(state.expires - now))},
          {"ask_s", state.asking ? Json() : Json(seconds(std::max(state.ask_at - now, Duration(0))))},
          {"lookups", state.lookups},
          {"failed", state.failed},
          {"left_out", state.left_out}};
}

}  // namespace

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
        hosts.push_back(host_json(peer.text(), *state, now));
        listed = std::prev(hosts.end());
      }
      (*listed)["trunks"].push_back(*trunk.name);
    }
  }
  return {{"hosts", hosts}};
}

}  // namespace sbc::control
