#include "sbc/control/overview.h"

#include <algorithm>

#include "config/types/check.h"

namespace sbc::control {
namespace {

using namespace std::chrono_literals;

/// Three digits are enough of a share or a rate.
double rounded(double value) { return double(int64_t(value * 1000 + 0.5)) / 1000; }

Json worker_json(unsigned worker, const edge::Exchange& exchange, const Sampler& sampler) {
  const edge::WorkerCounters& counters = exchange.counters;
  return {{"worker", worker},
          {"epoch", exchange.adopted_epoch.load()},
          {"busy", rounded(sampler.busy(worker))},
          {"received", counters.received.value()},
          {"sent", counters.sent.value()},
          {"handed_over", counters.handed_over.value()},
          {"taken_over", counters.taken_over.value()},
          {"sip_received", counters.sip_received.value()},
          {"sip_sent", counters.sip_sent.value()},
          {"relayed_rtp", counters.relayed_rtp.value()},
          {"relayed_rtcp", counters.relayed_rtcp.value()},
          {"relayed_other", counters.relayed_other.value()},
          {"live_calls", exchange.live_calls.load()},
          {"server_transactions", exchange.server_transactions.load()},
          {"client_transactions", exchange.client_transactions.load()},
          {"leased_ports", exchange.leased_ports.load()},
          {"reports_lost", counters.reports_lost.value()},
          {"cdrs_lost", counters.cdrs_lost.value()}};
}

Json calls_json(Backend& backend, const policy::Compiled& policy) {
  uint64_t live = 0, begun = 0, answered = 0, ended = 0, failed = 0;
  for (const edge::Exchange* exchange : backend.exchanges()) {
    live += exchange->live_calls.load();
    begun += exchange->counters.calls_begun.value();
    answered += exchange->counters.calls_answered.value();
    ended += exchange->counters.calls_ended.value();
    failed += exchange->counters.calls_failed.value();
  }
  return {{"live", live},   {"max", policy.model->limits.calls_max},
          {"begun", begun}, {"answered", answered},
          {"ended", ended}, {"failed", failed}};
}

const policy::TrunkUsage& usage_of(Backend& backend, const policy::Compiled& policy,
                                   const config::Trunk& trunk) {
  auto id = policy.trunks.by_name(*trunk.name);
  SBC_CHECK(id.has_value());  // it is one of the policy's
  return backend.usage().trunks[index_of(*id)];
}

uint32_t calls_of(Backend& backend, const policy::Compiled& policy, const config::Trunk& trunk) {
  return usage_of(backend, policy, trunk).calls.value();
}

Json trunks_json(Backend& backend, const policy::Compiled& policy) {
  Json trunks = Json::array();
  for (const config::Trunk& trunk : policy.model->trunks) {
    trunks.push_back({{"trunk", *trunk.name},
                      {"realm", realm_json(policy, trunk.realm)},
                      {"calls", calls_of(backend, policy, trunk)},
                      {"calls_max", trunk.calls_max}});
  }
  return trunks;
}

const char* text_of(policy::PeerHealth::Phase phase) {
  constexpr const char* names[] = {"up", "down", "returning"};
  return names[size_t(phase)];
}

Json text_json(const std::string& text) { return text.empty() ? Json() : Json(text); }

/// state null: the peer is not asked.
Json peer_json(const policy::TrunkUsage& usage, const config::Trunk& trunk, const policy::Peer& known,
               Instant now) {
  Json peer = {{"peer", known.is_awaited() ? Json() : Json(known.endpoint.text())},
               {"host", text_json(known.host)},
               {"target", text_json(known.found)},
               {"known_s", known.known.ns == 0 ? Json() : Json((now - known.known) / 1s)},
               {"state", nullptr},
               {"share", nullptr}};
  if (trunk.health.interval == Duration(0) || known.is_awaited()) return peer;
  auto state = policy::health_of(usage.health.peers[known.slot].value(), known.endpoint);
  peer["state"] = text_of(state.phase);
  peer["share"] = policy::share_of(state, trunk.health, now) / 1000.0;
  return peer;
}

/// In the order of the configuration; a host name that stands for nothing has a row of its own.
Json peers_json(const policy::Compiled& policy, const policy::TrunkUsage& usage, const config::Trunk& trunk,
                Instant now) {
  const auto known = policy.trunks.peers(*policy.trunks.by_name(*trunk.name)).peers();
  Json peers = Json::array();
  for (size_t place = 0; place < trunk.peers.size(); ++place) {
    const size_t before = peers.size();
    for (const policy::Peer& peer : known)
      if (peer.place == place) peers.push_back(peer_json(usage, trunk, peer, now));
    if (peers.size() > before) continue;
    policy::Peer nothing;
    nothing.host = trunk.peers[place].text();
    peers.push_back(peer_json(usage, trunk, nothing, now));
  }
  return peers;
}

Json ports_json(Backend& backend) {
  Json ports = Json::array();
  for (const PortStatistics& port : backend.port_statistics()) {
    ports.push_back({{"port", port.name},
                     {"received", port.received},
                     {"sent", port.sent},
                     {"missed", port.missed},
                     {"errors", port.errors}});
  }
  return ports;
}

template <class What>
using Counters = lane::RealmCounters<What> edge::Exchange::*;

/// Of all workers.
template <class What>
uint64_t counted(Backend& backend, Counters<What> counters, RealmId realm, What what) {
  uint64_t count = 0;
  for (const edge::Exchange* exchange : backend.exchanges())
    count += (exchange->*counters).value(realm, what);
  return count;
}

/// Realm::none, then those of the model, which are those that the workers started with.
std::vector<RealmId> counted_realms(const policy::Compiled& policy) {
  std::vector<RealmId> realms{RealmId::none};
  for (size_t i = 0; i < policy.model->realms.size(); ++i) realms.push_back(RealmId(i));
  return realms;
}

/// {`list`: a row for each realm and value that was counted, most frequent first, "total": their sum}. A row
/// is what `describe(realm, value)` gives, between the realm and the count.
template <class What, class Describe>
Json counts_json(Backend& backend, const char* list, Counters<What> counters, const Describe& describe) {
  auto policy = backend.policy();
  std::vector<Json> rows;
  uint64_t total = 0;
  for (RealmId realm : counted_realms(*policy)) {
    for (size_t i = 0; i < size_t(What::count_); ++i) {
      uint64_t count = counted(backend, counters, realm, What(i));
      if (count == 0) continue;
      total += count;
      Json row = {{"realm", realm_json(*policy, realm)}};
      row.update(describe(realm, What(i)));
      row["count"] = count;
      rows.push_back(std::move(row));
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Json& a, const Json& b) {
    return a["count"].get<uint64_t>() > b["count"].get<uint64_t>();
  });
  return {{list, rows}, {"total", total}};
}

/// Of all workers and realms.
uint64_t refused_for(Backend& backend, const policy::Compiled& policy, Reason reason) {
  uint64_t count = 0;
  for (RealmId realm : counted_realms(policy)) {
    count += counted(backend, &edge::Exchange::drops, realm, reason);
  }
  return count;
}

}  // namespace

Json status_json(Backend& backend, const Sampler& sampler, const Identity& identity, Instant now) {
  auto policy = backend.policy();
  Json workers = Json::array();
  auto exchanges = backend.exchanges();
  for (unsigned i = 0; i < exchanges.size(); ++i) workers.push_back(worker_json(i, *exchanges[i], sampler));
  return {{"version", identity.version},
          {"uptime_s", (now - identity.started) / 1s},
          {"epoch", policy->epoch},
          {"configuration", *policy->model->file},
          {"calls", calls_json(backend, *policy)},
          {"workers", workers},
          {"trunks", trunks_json(backend, *policy)},
          {"ports", ports_json(backend)}};
}

Json trunk_list_json(Backend& backend, Instant now) {
  auto policy = backend.policy();
  Json trunks = Json::array();
  for (const config::Trunk& trunk : policy->model->trunks) {
    const policy::TrunkUsage& usage = usage_of(backend, *policy, trunk);
    const policy::PeerList& list = policy->trunks.peers(*policy->trunks.by_name(*trunk.name));
    trunks.push_back(
        {{"trunk", *trunk.name},
         {"realm", realm_json(*policy, trunk.realm)},
         {"inbound", usage.inbound.calls.value()},
         {"outbound", usage.outbound.calls.value()},
         {"calls_max", trunk.calls_max},
         {"suspended", policy::is_suspended(policy::answers_of(usage.health.answers.value(), trunk), now)},
         {"peers", peers_json(*policy, usage, trunk, now)},
         {"unusable", list.unusable()},
         {"left_out", list.left_out()}});
  }
  return {{"trunks", trunks}};
}

Json drops_json(Backend& backend) {
  return counts_json(backend, "drops", &edge::Exchange::drops, [](RealmId, Reason reason) -> Json {
    return {{"reason", name_of(reason)}, {"text", sbc::text_of(reason)}, {"status", status_of(reason)}};
  });
}

Json deviations_json(Backend& backend) {
  auto treatment = [policy = backend.policy()](RealmId realm, Deviation deviation) -> Json {
    if (realm == RealmId::none) return nullptr;
    return name_of(policy->model->realms[index_of(realm)].messages.treatment(deviation));
  };
  auto describe = [&](RealmId realm, Deviation deviation) -> Json {
    return {{"deviation", name_of(deviation)},
            {"header", header_of(deviation)},
            {"treatment", treatment(realm, deviation)},
            {"text", sbc::text_of(deviation)}};
  };
  return counts_json(backend, "deviations", &edge::Exchange::deviations, describe);
}

Json limits_json(Backend& backend, const Sampler& sampler) {
  auto policy = backend.policy();
  const config::Limits& limits = policy->model->limits;
  Json rows = Json::array();
  auto add = [&](const std::string& limit, const Json& value, const Json& current, const Json& refused) {
    rows.push_back({{"limit", limit}, {"value", value}, {"current", current}, {"refused", refused}});
  };
  auto refused = [&](Reason reason) { return refused_for(backend, *policy, reason); };
  double calls_begun = rounded(sampler.calls_begun()), sip_received = rounded(sampler.sip_received());
  add("limits.calls_max", limits.calls_max, backend.usage().calls.value(), refused(Reason::call_limit));
  add("limits.call_rate", limits.call_rate.text(), calls_begun, refused(Reason::call_rate));
  add("limits.unknown_calls_max", policy::unknown_calls_max(limits), backend.usage().unknown_calls.value(),
      refused(Reason::unknown_call_limit));
  add("limits.unknown_call_rate", limits.unknown_call_rate.text(), nullptr,
      refused(Reason::unknown_call_rate));
  add("limits.global_rate", limits.global_rate.text(), sip_received, refused(Reason::global_rate));
  add("limits.unknown_rate", limits.unknown_rate.text(), nullptr, refused(Reason::unknown_rate));
  add("limits.source_rate", limits.source_rate.text(), nullptr, refused(Reason::source_rate));
  add("trunks[].calls_max", nullptr, nullptr, refused(Reason::trunk_limit));
  add("trunks[].call_rate", nullptr, nullptr, refused(Reason::trunk_rate));
  auto add_direction = [&](const std::string& key, const config::CallLimit& limit,
                           const policy::CallUsage& own) {
    if (limit.calls_max) add(key + "calls_max", limit.calls_max, own.calls.value(), nullptr);
    if (!limit.call_rate.unlimited()) add(key + "call_rate", limit.call_rate.text(), nullptr, nullptr);
  };
  for (const config::Trunk& trunk : policy->model->trunks) {
    const std::string key = "trunks[" + *trunk.name + "].";
    add(key + "calls_max", trunk.calls_max, calls_of(backend, *policy, trunk), nullptr);
    add(key + "call_rate", trunk.call_rate.text(), nullptr, nullptr);
    const policy::TrunkUsage& usage = usage_of(backend, *policy, trunk);
    add_direction(key + "inbound.", trunk.inbound, usage.inbound);
    add_direction(key + "outbound.", trunk.outbound, usage.outbound);
  }
  return {{"limits", rows}};
}

}  // namespace sbc::control
