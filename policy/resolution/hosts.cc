#include "policy/resolution/hosts.h"

#include <algorithm>

#include "config/model/reach.h"

namespace sbc::policy {
namespace {

void add_families(const config::Realm& realm, Families& families) {
  families.v4 |= config::has_listener(realm, Family::v4);
  families.v6 |= config::has_listener(realm, Family::v6);
}

}  // namespace

void Hosts::configure(const config::Model& model, Instant now) {
  const HostTable before_all = table();
  rules_ = model.resolver;
  call_max_ = model.timers.call_max;
  asked_.clear();
  std::map<HostKey, Entry> entries;
  for (const config::Trunk& trunk : model.trunks) {
    for (const config::Peer& peer : trunk.peers) {
      if (peer.is_host()) add_families(model.realms[index_of(trunk.realm)], entries[key_of(peer)].families);
    }
  }
  for (auto& [key, entry] : entries) {
    auto before = entries_.find(key);
    if (before != entries_.end()) entry.state = before->second.state;
    if (entry.state.asking || before == entries_.end() || before->second.families != entry.families)
      entry.state.ask_at = now;
    entry.state.asking = false;
  }
  entries_ = std::move(entries);
  changed_ |= table() != before_all;
}

/// Whoever has been due longest comes first, so that names which are asked for often, as dead ones are, leave
/// nobody waiting for ever.
std::vector<HostQuestion> Hosts::begin_due(Instant now) {
  std::vector<std::map<HostKey, Entry>::value_type*> due;
  size_t under_way = 0;
  for (auto& each : entries_) {
    under_way += each.second.lookup.has_value();
    if (is_due(each.second.state, now)) due.push_back(&each);
  }
  std::stable_sort(due.begin(), due.end(), [](const auto* a, const auto* b) {
    return a->second.state.ask_at < b->second.state.ask_at;
  });
  due.resize(std::min(due.size(), lookups_max - std::min(lookups_max, under_way)));
  std::vector<HostQuestion> questions;
  for (auto* each : due) {
    auto& [key, entry] = *each;
    entry.state.asking = true;
    entry.lookup.emplace(key, entry.families, rules_.naptr);
    ask(key, entry.lookup->begin(), questions);
    if (entry.lookup->done()) finish(key, entry, now);
  }
  return questions;
}

void Hosts::ask(const HostKey& key, std::vector<dns::Question> questions, std::vector<HostQuestion>& into) {
  for (dns::Question& question : questions) {
    asked_.emplace(next_number_, Asked{key, question});
    into.push_back({next_number_++, std::move(question)});
  }
}

std::vector<HostQuestion> Hosts::on_reply(uint64_t number, const dns::Reply& reply, Instant now) {
  auto asked = asked_.extract(number);
  if (!asked) return {};
  const auto& [key, what] = asked.mapped();
  auto found = entries_.find(key);
  if (found == entries_.end() || !found->second.lookup) return {};
  Entry& entry = found->second;
  std::vector<HostQuestion> questions;
  ask(key, entry.lookup->on_reply(what, reply), questions);
  if (entry.lookup->done()) finish(key, entry, now);
  return questions;
}

void Hosts::finish(const HostKey& key, Entry& entry, Instant now) {
  const HostState before = entry.state;
  entry.state = after_lookup(before, entry.lookup->found(), rules_, now);
  entry.lookup.reset();
  note_change(key, before, entry.state, now);
}

/// Told once: when the targets change, and when a lookup ends otherwise than the one before.
void Hosts::note_change(const HostKey& key, const HostState& before, const HostState& after, Instant now) {
  const bool changed = before.targets != after.targets;
  const bool first = before.last_at.ns == 0 && after.last_at.ns != 0;
  changed_ |= known_host(before) != known_host(after);
  if (changed || first || before.last != after.last)
    events_.push_back({key, phase_of(after, now), after.last, changed});
}

HostTable Hosts::table() const {
  HostTable table;
  for (const auto& [key, entry] : entries_) table.emplace(key, known_host(entry.state));
  return table;
}

bool Hosts::is_awaited(const HostKey& key) const {
  const HostState* state = find(key);
  return state && state->last_at.ns == 0;
}

const HostState* Hosts::find(const HostKey& key) const {
  auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second.state;
}

size_t Hosts::awaited() const {
  size_t count = 0;
  for (const auto& [key, entry] : entries_) count += entry.state.last_at.ns == 0;
  return count;
}

}  // namespace sbc::policy
