// Routing: by the number's prefix to a list of trunks, tried in order.
//
// The tables are immutable and point into the Model that they were made of: it must outlive them.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/model/model.h"

namespace sbc::policy {

/// Trunks by id and by source address. A trunk's id is a slot that `sbc/snapshot` keeps by name across
/// reloads.
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

struct RouteChoice {
  const config::Route* route = nullptr;
  std::vector<TrunkId> trunks;
};

struct RouteQuery {
  RealmId from = RealmId::none;
  std::string_view number;  // user part of the Request-URI, unescaped
};

class RouteTable {
 public:
  RouteTable() = default;
  RouteTable(const config::Model& model, const TrunkTable& trunks);
  /// The longest prefix wins; of equals, one that names the realm, then the first in the file. Null: no rule.
  const RouteChoice* find(const RouteQuery& query) const;

 private:
  std::vector<RouteChoice> choices_;  // sorted by prefix, then those that name a realm, then the file's order
  std::vector<size_t> prefix_sizes_;  // that occur, longest first
};

/// The number after the route's strip and add, into `out`; false when it does not fit. Of a number shorter
/// than `strip` nothing is left to put behind `add`.
bool translate(const config::Route& route, std::string_view number, std::span<char> out, size_t& size);

}  // namespace sbc::policy
