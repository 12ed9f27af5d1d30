// FormerPeers: addresses that reloads have taken from trunks: calls may still be up with them. They are heard
// in these calls, and what they begin is a stranger's; for as long as with addresses that a host name has
// lost. Owned by the control thread; time is an argument.
#pragma once

#include <vector>

#include "policy/resolution/host_state.h"
#include "policy/routing/trunk_table.h"
#include "sbc/snapshot/trunk_slots.h"

namespace sbc::snapshot {

class FormerPeers {
 public:
  static constexpr size_t most = 1024;  // the one that went first is forgotten for one more

  using InUse = TrunkSlots::InUse;

  /// A reload puts `after` in the place of `before`.
  void learn(const policy::TrunkTable& before, const policy::TrunkTable& after, Instant now);
  /// Is there anybody that no call can be up with any more? `keep`: how long one may last, 0 = for ever.
  bool has_expired(Duration keep, const InUse& in_use, Instant now) const;
  void expire(Duration keep, const InUse& in_use, Instant now);
  void add_to(std::vector<policy::RealmAddress>& addresses) const;

 private:
  struct FormerPeer {
    RealmId realm = RealmId::none;
    TrunkId trunk = TrunkId::none;
    policy::FormerAddress former;

    bool is_needed(Duration keep, const InUse& in_use, Instant now) const {
      return policy::is_needed(former, keep, !in_use(trunk), now);
    }
  };
  void add(const FormerPeer& peer);

  std::vector<FormerPeer> peers_;  // in the order in which they went
};

}  // namespace sbc::snapshot
