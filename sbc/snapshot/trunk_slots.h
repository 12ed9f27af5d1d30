// TrunkSlots: gives each trunk a slot (TrunkId) that stays the same by name across reloads, because calls,
// counters and limits refer to it. Owned by the control thread.
//
// A removed trunk keeps its slot in case it comes back. New trunks take slots that were never used, then
// those that have been free longest, and never one that calls still count in.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/model/model.h"

namespace sbc::snapshot {

class TrunkSlots {
 public:
  /// Do calls of the trunk that had this slot still live?
  using InUse = std::function<bool(TrunkId)>;

  /// The slots of `trunks`, in their order; nullopt, and nothing changed, when there are not enough.
  std::optional<std::vector<TrunkId>> assign(const std::vector<config::Trunk>& trunks, const InUse& in_use);

 private:
  struct Slot {
    std::string name;         // of the last trunk that had it
    uint64_t last_round = 0;  // of assign() in which a trunk had it
  };
  TrunkId find(const std::string& name) const;
  TrunkId take_free(uint64_t round, const InUse& in_use);

  std::vector<Slot> slots_;
  uint64_t round_ = 0;
};

}  // namespace sbc::snapshot
