// RouteTable: which route takes a call.
//
// The longest prefix of the called number wins. Of equals, those that name the call's source trunk come
// before those that name its realm, and these before those for any; then the longer prefix of From's number,
// then of To's; then one that asks for the Request-URI's host, then for From's, then for To's; then one that
// asks for a header, then one that asks for a time; then the first in the file. A route whose conditions do
// not hold yields to the next in this order, down to shorter prefixes.
//
// Immutable; points into the Model that it was made of, which must outlive it.
#pragma once

#include <string_view>
#include <vector>

#include "config/model/model.h"
#include "dataplane/sip/message.h"
#include "policy/routing/prefix_runs.h"
#include "policy/routing/translation.h"
#include "policy/routing/trunk_order.h"
#include "policy/routing/trunk_table.h"

namespace sbc::policy {

struct RouteChoice {
  static constexpr uint16_t no_translation = 0xffff;

  const config::Route* route = nullptr;
  std::vector<Tier> tiers;                   // of its trunks, in the order they are tried
  uint16_t translation = no_translation;     // of the table's
  bool asks_for_hosts = false;               // one at least
  uint32_t scope = 0;                        // of sources: see route_table.cc
  sip::Header header = sip::Header::count_;  // that must be there; count_ = none
};

/// What of a call decides. Numbers are user parts, unescaped.
struct RouteQuery {
  RealmId realm = RealmId::none;
  std::string_view number;  // of the Request-URI
  TrunkId source = TrunkId::none;
  std::string_view from_number = {}, to_number = {};
  const sip::Message* invite = nullptr;  // null: it has no header and no hosts
  UtcTime time{};
};

class RouteTable {
 public:
  RouteTable() = default;
  RouteTable(const config::Model& model, const TrunkTable& trunks);
  const RouteChoice* find(const RouteQuery& query) const;   // null: no route
  const config::Route* named(std::string_view name) const;  // null: there is none
  /// The number that a call which `choice` takes goes on with, into `out`; false when it does not fit.
  bool translate(const RouteChoice& choice, std::string_view number, std::span<char> out, size_t& size) const;

 private:
  /// The routes of one prefix and scope, by the prefix of From's number.
  struct Group {
    uint32_t scope;
    uint32_t first;      // in choices_
    PrefixRuns callers;  // places counted from `first` on
  };
  void add(const RouteChoice& choice);
  const RouteChoice* find_among(const PrefixRuns::Run& groups, uint32_t scope, const RouteQuery& query) const;

  std::vector<RouteChoice> choices_;  // in the order of the head of this file, prefixes in ascending order
  std::vector<Group> groups_;         // by prefix, then scope
  PrefixRuns numbers_;                // of groups_
  std::vector<NumberTable> translations_;
  std::vector<const config::Route*> by_name_;
};

}  // namespace sbc::policy
