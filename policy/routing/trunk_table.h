// TrunkTable: trunks by id, name and source address. A trunk's id is a slot that `sbc/snapshot` keeps by name
// across reloads.
//
// Immutable; points into the Model that it was made of, which must outlive it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "config/model/model.h"

namespace sbc::policy {

class TrunkTable {
 public:
  TrunkTable() = default;
  /// ids[i] is the slot of model.trunks[i].
  TrunkTable(const config::Model& model, std::vector<TrunkId> ids);
  const config::Trunk* find(TrunkId id) const;                      // null: no such trunk (any more)
  TrunkId of_source(RealmId realm, const IpAddress& source) const;  // none when it is no trunk's peer
  std::optional<TrunkId> by_name(std::string_view name) const;

 private:
  struct Source {
    RealmId realm;
    IpAddress address;
    TrunkId id;
  };
  std::vector<const config::Trunk*> by_id_;
  std::vector<TrunkId> by_name_;  // sorted by the trunk's name
  std::vector<Source> sources_;   // sorted; of equals the first in the file
};

}  // namespace sbc::policy
