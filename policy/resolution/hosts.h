// Hosts: all host names of the configuration's trunks: what is to be asked now, and what is known.
//
// Owned by the control thread. Without sockets: questions go out by their numbers, replies come in by them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/resolution/host_state.h"

namespace sbc::policy {

struct HostQuestion {
  uint64_t number = 0;  // comes back with the reply; never used again
  dns::Question what;
};

/// Worth a line in the log.
struct HostEvent {
  HostKey key;
  HostState::Phase phase{};
  Outcome outcome{};
  bool changed = false;  // its targets did
};

class Hosts {
 public:
  static constexpr size_t lookups_max = 32;  // under way at a time

  /// From then on these are the names and rules. What is known of names that stay is kept, but for those
  /// whose families have changed; what is under way begins anew, and replies to what was asked before are
  /// ignored.
  void configure(const config::Model& model, Instant now);
  /// Begins what is due. `idle(key)`: no call is up with any trunk that has this name.
  template <class Idle>
  std::vector<HostQuestion> run(Instant now, Idle&& idle) {
    for (auto& [key, entry] : entries_) {
      if (!may_end(entry.state, rules_, now)) continue;
      const HostState before = entry.state;
      entry.state = after_time(before, rules_, call_max_, idle(key), now);
      note_change(key, before, entry.state, now);
    }
    return begin_due(now);
  }
  std::vector<HostQuestion> on_reply(uint64_t number, const dns::Reply& reply, Instant now);

  bool empty() const { return entries_.empty(); }
  /// Something that workers read has changed since the last take_changed().
  bool take_changed() { return std::exchange(changed_, false); }
  std::vector<HostEvent> take_events() { return std::exchange(events_, {}); }
  HostTable table() const;
  bool is_awaited(const HostKey& key) const;
  const HostState* find(const HostKey& key) const;
  /// All that have not been looked up yet.
  size_t awaited() const;

 private:
  struct Entry {
    Families families;
    HostState state;
    std::optional<Lookup> lookup;
  };
  struct Asked {
    HostKey key;
    dns::Question what;
  };
  std::vector<HostQuestion> begin_due(Instant now);
  void ask(const HostKey& key, std::vector<dns::Question> questions, std::vector<HostQuestion>& into);
  void finish(const HostKey& key, Entry& entry, Instant now);
  void note_change(const HostKey& key, const HostState& before, const HostState& after, Instant now);

  config::Resolver rules_;
  Duration call_max_{0};
  std::map<HostKey, Entry> entries_;
  std::map<uint64_t, Asked> asked_;
  uint64_t next_number_ = 1;
  bool changed_ = false;
  std::vector<HostEvent> events_;
};

}  // namespace sbc::policy
