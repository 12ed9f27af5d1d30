#include "tests/sim/world.h"

#include <algorithm>
#include <cstdio>

#include "tests/sim/violation.h"

namespace sbc::sim {
namespace {

constexpr unsigned steps_max = 500'000;  // of one run; more of them means that it does not settle
constexpr Duration run_max = std::chrono::minutes(15);  // of virtual time

std::string host_name(unsigned number) {
  char name[16];
  std::snprintf(name, sizeof name, "zqhost%02u", number);
  return name;
}

}  // namespace

World::World(const WorldOptions& options)
    : dice_(options.seed),
      ladder_(clock_.now()),
      model_(make_model(options.limits)),
      network_(clock_, dice_.split(), ladder_),
      media_(clock_, *model_),
      scene_{clock_,
             network_,
             media_,
             ladder_,
             secrets_,
             [this](const Host&, std::string_view number) { return script_for(number); },
             keys_cross(*model_)},
      invariants_(*model_, network_, media_, secrets_),
      border_(scene_, invariants_, model_, options.seed, dice_.split()) {
  network_.set_weather(options.weather);
  border_.set_handover_delay(options.handover_delay_most);
  const Party core_group = new_party();
  for (const Peer& peer : trunk_peers()) {
    const Party party = new_party();
    const Party group = peer.realm == core_realm ? core_group : party;
    const Endpoint border = border_endpoint(peer.realm, peer.endpoint.address.family());
    const Host::Place place{peer.realm, peer.endpoint, peer.endpoint, border};
    peers_.push_back(std::make_unique<Host>(scene_, place, host_name(party), party, group, dice_.split()));
    invariants_.introduce(peer.realm, peer.endpoint, party, group);
  }
}

Host& World::add_caller(Family family) {
  const Endpoint own = caller_endpoint(unsigned(hosts_.size()), family);
  return add_host(own, own);
}

Host& World::add_caller_behind_nat() {
  Endpoint seen = caller_endpoint(unsigned(hosts_.size()), Family::v4);
  seen.port = uint16_t(61000 + hosts_.size());
  return add_host(private_endpoint(unsigned(hosts_.size())), seen);
}

void World::rebind(Host& behind_nat, uint16_t port) {
  behind_nat.rebind(port);
  invariants_.introduce(access_realm, behind_nat.seen(), behind_nat.party(), behind_nat.group());
}

Host& World::add_host(const Endpoint& own, const Endpoint& seen) {
  const Party party = new_party();
  const Host::Place place{access_realm, own, seen, border_endpoint(access_realm, seen.address.family())};
  hosts_.push_back(std::make_unique<Host>(scene_, place, host_name(party), party, party, dice_.split()));
  invariants_.introduce(access_realm, seen, party, party);
  return *hosts_.back();
}

void World::answer_in_turn(const std::string& number, std::vector<CalleeScript> attempts) {
  answers_[number] = {std::move(attempts), 0};
}

CalleeScript World::script_for(std::string_view number) {
  auto answers = answers_.find(number);
  if (answers == answers_.end()) return {};
  Answers& found = answers->second;
  return found.attempts[std::min(found.next++, found.attempts.size() - 1)];
}

Caller& World::call(Host& host, const CallerScript& script, Duration after) {
  Caller& caller = host.call(script);
  callers_.push_back(&caller);
  clock_.after(after, [&caller] { caller.begin(); });
  return caller;
}

std::vector<Callee*> World::callees(const std::string& number) const {
  std::vector<Callee*> found;
  for (const auto& peer : peers_) {
    for (Callee* callee : peer->callees()) {
      if (callee->number() == number) found.push_back(callee);
    }
  }
  return found;
}

bool World::run_one(Instant until) {
  const Instant timer = border_.next_deadline();
  const Instant next = std::min(timer, clock_.next());
  if (next > until || next == Instant::never()) return false;
  if (timer > clock_.next()) {
    clock_.run_next();
  } else {
    clock_.advance(std::max(timer, clock_.now()));
    border_.on_time();
  }
  if (after_step_) after_step_();
  return true;
}

void World::run_for(Duration duration) {
  const Instant until = clock_.now() + duration;
  for (unsigned steps = 0; run_one(until); ++steps) expect(steps < steps_max, "the run does not settle");
  clock_.advance(until);
}

void World::run_to_end() {
  const Instant until = clock_.now() + run_max;
  for (unsigned steps = 0; run_one(until); ++steps) expect(steps < steps_max, "the run does not settle");
  expect(clock_.idle() && border_.next_deadline() == Instant::never(),
         "something still goes on after all timers");
  check_agents_ended();
  check_cdrs();
  check_nothing_held();
}

void World::check_agents_ended() const {
  auto check = [](const Host& host) {
    for (const auto& agent : host.agents()) {
      expect(agent->over(), "a user agent still believes in its call", host.name() + ": " + agent->story());
    }
  };
  for (const auto& host : hosts_) check(*host);
  for (const auto& host : peers_) check(*host);
  expect(scene_.forgotten == 0 || may_forget_, "a user agent was never told that its call was over");
}

const call::CallRecord& World::cdr_of(const Caller& caller) const {
  auto cdr = std::find_if(cdrs().begin(), cdrs().end(), [&](const call::CallRecord& record) {
    return record.caller.call_id.view() == std::string_view(caller.call_id()).substr(0, 120);
  });
  expect(cdr != cdrs().end(), "a call attempt has no CDR", caller.call_id() + ": " + caller.story());
  return *cdr;
}

/// One CDR for each attempt that became a call; none for what was refused to an unknown source without
/// keeping state, because each repetition would write another.
void World::check_cdrs() const {
  for (const Caller* caller : callers_) {
    const Border::Reception reception = border_.reception_of(caller->call_id());
    const auto written =
        size_t(std::count_if(cdrs().begin(), cdrs().end(), [&](const call::CallRecord& record) {
          return record.caller.call_id.view() == caller->call_id();
        }));
    const size_t most = reception.taken || reception.trusted ? 1 : 0;
    const size_t least = reception.taken ? 1 : 0;
    expect(written >= least && written <= most, "the number of CDRs of a call attempt is wrong",
           std::to_string(written) + " for " + caller->call_id());
    if (!reception.taken || reception.refused || caller->final_status() == 0) continue;
    const call::CallRecord& cdr = cdr_of(*caller);
    expect(cdr.status == caller->final_status(), "a CDR tells another final status than the caller got",
           std::to_string(cdr.status) + ", not " + std::to_string(caller->final_status()));
    if (caller->was_confirmed()) expect(cdr.answered.ns != 0, "an answered call's CDR has no time of answer");
  }
}

void World::check_nothing_held() {
  run_for(model_->timers.port_rest + std::chrono::seconds(1));
  const call::EngineUsage usage = border_.usage();
  auto zero = [](uint64_t value, const char* what) { expect(value == 0, what, std::to_string(value)); };
  zero(usage.calls, "calls are left");
  zero(usage.legs, "legs are left");
  zero(usage.dialogs, "dialogs are left");
  zero(usage.server_transactions, "server transactions are left");
  zero(usage.client_transactions, "client transactions are left");
  zero(usage.timers, "timers are left");
  zero(usage.relays, "relays are left");
  zero(usage.leased_ports, "leased ports are left");
  zero(usage.resting_ports, "ports rest for ever");
  zero(usage.srtp_sides, "seeds of keys are left");
  zero(usage.message_bytes, "kept messages are left");
  zero(border_.shared_usage().calls.value(), "the count of calls is not back at zero");
  zero(border_.shared_usage().unknown_calls.value(), "the count of strangers' calls is not back at zero");
  for (const policy::TrunkUsage& trunk : border_.shared_usage().trunks) {
    zero(trunk.calls.value(), "a trunk's count of calls is not back at zero");
    zero(trunk.inbound.calls.value(), "a trunk's count of inbound calls is not back at zero");
    zero(trunk.outbound.calls.value(), "a trunk's count of outbound calls is not back at zero");
  }
  zero(media_.relays(), "relays are still installed");
}

}  // namespace sbc::sim
