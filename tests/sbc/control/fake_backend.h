// A process without packets: exchanges that nobody polls but the test, a model from a text, blocks in a list.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/load/load.h"
#include "config/types/check.h"
#include "sbc/control/backend.h"

namespace sbc::control {

inline const std::string two_realms = R"(ports:
  - {name: access0, device: veth-a}
  - {name: core0, device: veth-c}
realms:
  - {name: access, port: access0, addresses: 198.51.100.1/24, sip: 198.51.100.1}
  - {name: core, port: core0, addresses: 203.0.113.1/24, sip: 203.0.113.1}
trunks:
  - {name: carrier, realm: core, peers: 203.0.113.10, calls_max: 40, call_rate: 5/s}
limits: {calls_max: 100, call_rate: 10/s}
)";

inline std::shared_ptr<const config::Model> model_of(const std::string& text) {
  config::LoadResult result = config::load_text(text, "sbc.yaml");
  SBC_CHECK(result);
  return result.model;
}

inline snapshot::CompiledPtr compiled_of(std::shared_ptr<const config::Model> model, uint64_t epoch = 1) {
  auto compiled = std::make_shared<policy::Compiled>();
  compiled->epoch = epoch;
  compiled->model = model;
  std::vector<TrunkId> ids;
  for (size_t i = 0; i < model->trunks.size(); ++i) ids.push_back(TrunkId(i));
  compiled->trunks = policy::TrunkTable(*model, ids);
  compiled->routes = policy::RouteTable(*model, compiled->trunks);
  return compiled;
}

class FakeBackend : public Backend {
 public:
  explicit FakeBackend(unsigned workers, const std::string& text = two_realms)
      : current(compiled_of(model_of(text))), usage_now(current->model->limits, HashKey{1, 2}) {
    for (unsigned i = 0; i < workers; ++i) {
      owned.push_back(std::make_unique<edge::Exchange>(unsigned(current->model->realms.size())));
      pointers.push_back(owned.back().get());
    }
  }

  std::span<edge::Exchange* const> exchanges() override { return pointers; }
  snapshot::CompiledPtr policy() const override { return current; }
  const policy::Usage& usage() const override { return usage_now; }
  std::vector<uint64_t> signature_hits() override { return hits; }
  std::vector<PortStatistics> port_statistics() override { return {{"access0", 10, 9, 8, 7}}; }
  snapshot::BuildResult reload(bool dry_run) override {
    snapshot::BuildResult result = next_reload;
    if (result.compiled && !dry_run) current = result.compiled;
    return result;
  }
  void on_host_asked(unsigned worker, const edge::HostAsked& asked) override {
    asked_by[asked.question] = worker;
  }
  const policy::Hosts& hosts() const override { return known; }
  bool block(const policy::Block& block, Instant expires) override { return list.add(block, expires); }
  bool unblock(const policy::Block& block) override { return list.remove(block); }
  void expire(Instant now) override { list.expire(now); }
  std::vector<snapshot::TimedBlock> blocks() const override { return list.blocks(); }

  edge::Exchange& worker(unsigned i) { return *owned[i]; }

  snapshot::CompiledPtr current;
  policy::Usage usage_now;
  std::vector<uint64_t> hits;  // of the signatures that a test put into `current`
  snapshot::BuildResult next_reload;
  snapshot::BlockList list;
  policy::Hosts known;
  std::map<uint64_t, unsigned> asked_by;  // worker by question
  std::vector<std::unique_ptr<edge::Exchange>> owned;
  std::vector<edge::Exchange*> pointers;
};

/// An answered call from the access side to the carrier.
inline call::CallRecord sample_call(uint64_t id) {
  call::CallRecord record;
  record.id = id;
  record.worker = WorkerId(0);
  record.state = call::CallState::answered;
  record.from_number = {"4930111"};
  record.to_number = {"4989222"};
  record.route = {"out"};
  record.caller = {RealmId(0), TrunkId::none, *Endpoint::parse("198.51.100.7:5062"), {"inside@phone"}, {}};
  record.callee = {RealmId(1), TrunkId(0), *Endpoint::parse("203.0.113.10:5060"), {"outside"}, {}};
  record.caller.media.packets = 50;
  record.attempts = 1;
  record.begun = {1'000'000'000};
  record.ringing = {2'250'000'000};
  record.answered = {3'000'000'000};
  return record;
}

}  // namespace sbc::control
