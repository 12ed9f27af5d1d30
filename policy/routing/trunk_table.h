// TrunkTable: trunks by id, name and source address, and their peers. A trunk's id is a slot that
// `sbc/snapshot` keeps by name across reloads.
//
// Immutable; points into the Model that it was made of, which must outlive it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "config/model/model.h"
#include "policy/routing/peer_list.h"
#include "policy/routing/translation.h"

namespace sbc::policy {

class TrunkTable {
 public:
  TrunkTable() = default;
  /// An address that is a trunk's.
  struct Source {
    RealmId realm = RealmId::none;
    IpAddress address;
    TrunkId id = TrunkId::none;
  };

  /// ids[i] is the slot of model.trunks[i]. `before`: the table until now.
  TrunkTable(const config::Model& model, std::vector<TrunkId> ids, const HostTable& hosts = {},
             const TrunkTable& before = {});
  const config::Trunk* find(TrunkId id) const;                      // null: no such trunk (any more)
  const PeerList& peers(TrunkId id) const;                          // empty: no such trunk (any more)
  const NumberTable& caller_numbers(TrunkId id) const;              // empty: they stay as they are
  TrunkId of_source(RealmId realm, const IpAddress& source) const;  // none when it is no trunk's peer
  std::optional<TrunkId> by_name(std::string_view name) const;
  std::span<const TrunkId> ids() const { return by_name_; }
  std::span<const Source> sources() const { return sources_; }
  /// Which names of trunks stood for. Who is there now is nobody's peer but in calls that are up.
  std::span<const RealmAddress> former() const { return former_; }

 private:
  std::vector<const config::Trunk*> by_id_;
  std::vector<PeerList> peers_;              // by id
  std::vector<NumberTable> caller_numbers_;  // by id
  std::vector<TrunkId> by_name_;             // sorted by the trunk's name
  std::vector<Source> sources_;  // sorted; of equals what is configured, then the first in the file
  std::vector<RealmAddress> former_;
};

}  // namespace sbc::policy
