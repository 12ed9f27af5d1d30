#include "sbc/daemon/host_names.h"

#include <algorithm>

#include <fmt/format.h>

#include "sbc/control/host_list.h"

namespace sbc::daemon {
namespace {

using namespace std::chrono_literals;
using Phase = policy::HostState::Phase;

constexpr Duration publish_pause = 100ms;     // so that names that are looked up together are published so
constexpr Duration publish_again_pause = 1s;  // after workers did not adopt the rules before

std::string text_of(const policy::HostKey& key) {
  return key.port == 0 ? key.host : fmt::format("{}:{}", key.host, key.port);
}

std::string denied_text(const std::vector<IpAddress>& denied) {
  std::vector<std::string> texts;
  for (const IpAddress& address : denied) texts.push_back(address.text());
  return texts.empty() ? "" : fmt::format("; access rules or blocks deny {}", fmt::join(texts, ", "));
}

std::string targets_text(const std::vector<policy::HostTarget>& targets) {
  std::vector<std::string> texts;
  for (const policy::HostTarget& target : targets)
    for (const IpAddress& address : target.addresses) texts.push_back(Endpoint{address, target.port}.text());
  return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

std::string event_text(const policy::HostEvent& event, const policy::Hosts& hosts,
                       const policy::Compiled& policy) {
  std::string text = "host name " + text_of(event.key);
  const policy::HostState* state = hosts.find(event.key);
  if (event.outcome == policy::Outcome::found && state && !state->targets.empty())
    return text + (event.changed ? " stands for " : " is found again: ") + targets_text(state->targets) +
           denied_text(control::denied_addresses(policy, event.key, *state));
  text += fmt::format(": {} ({})", policy::text_of(event.outcome), policy::name_of(event.outcome));
  const bool kept = event.phase == Phase::stale || event.phase == Phase::fresh;
  return text + (kept ? "; its last good answer is kept" : "; calls cannot go there");
}

void HostNames::configure(Instant now) {
  if (std::string error = resolver_.configure(*builder_.current()->model, now); !error.empty())
    say_(call::Severity::error, error);
}

void HostNames::run(Instant now) {
  resolver_.run(now, [this](const policy::HostKey& key) { return is_idle(key); });
  for (const policy::HostEvent& event : resolver_.take_events()) {
    const bool good = event.outcome == policy::Outcome::found;
    say_(good ? call::Severity::info : call::Severity::warning,
         event_text(event, hosts(), *builder_.current()));
  }
  unpublished_ |= resolver_.take_changed();
  if (unpublished_ && now >= publish_again_) publish(now);
  if (!unpublished_ && !waiting_.empty()) answer();
}

bool HostNames::is_idle(const policy::HostKey& key) const {
  const policy::Compiled& policy = *builder_.current();
  for (const config::Trunk& trunk : policy.model->trunks) {
    const bool has = std::any_of(trunk.peers.begin(), trunk.peers.end(), [&](const config::Peer& peer) {
      return peer.is_host() && policy::key_of(peer) == key;
    });
    if (has && usage_.trunks[index_of(*policy.trunks.by_name(*trunk.name))].calls.value() > 0) return false;
  }
  return true;
}

void HostNames::publish(Instant now) {
  unpublished_ = builder_.know(hosts().table()) == nullptr;
  publish_again_ = now + (unpublished_ ? publish_again_pause : publish_pause);
}

void HostNames::on_asked(WorkerId worker, const edge::HostAsked& asked) {
  if (waiting_.size() == waiting_max) return;
  Waiting waiting{worker, asked.question, {}};
  // A name that a reload has taken away meanwhile is nothing to wait for.
  const config::Trunk* trunk = builder_.current()->trunks.find(asked.trunk);
  if (trunk && asked.peer < trunk->peers.size()) waiting.key = policy::key_of(trunk->peers[asked.peer]);
  waiting_.push_back(std::move(waiting));
}

void HostNames::answer() {
  std::erase_if(waiting_, [this](const Waiting& waiting) {
    if (hosts().is_awaited(waiting.key)) return false;
    return command_(waiting.worker, {edge::Command::Kind::host_known, 0, waiting.question});
  });
}

}  // namespace sbc::daemon
