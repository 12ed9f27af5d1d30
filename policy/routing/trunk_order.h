// TrunkOrder: in which order the trunks of a route are tried for one call. Pure: randomness and usage are
// arguments.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "config/model/model.h"
#include "policy/limit/usage.h"

namespace sbc::policy {

/// Trunks that stand at the same place of a route: one alone, or those of a group with the same priority.
struct Tier {
  struct Member {
    TrunkId trunk;
    uint16_t weight;
    uint64_t name_hash;  // the same after a reload, on every worker and every machine
  };
  config::Selection select = config::Selection::in_order;
  std::vector<Member> members;  // at most config::group_trunks_max
};

/// What of a call its trunks are chosen by.
struct Chooser {
  uint64_t random = 0;
  std::string_view caller, call_id;
};

/// As many as `out` holds, tier by tier, each trunk once; the result is how many.
size_t order_trunks(std::span<const Tier> tiers, const Chooser& chooser, const Usage& usage,
                    std::span<TrunkId> out);

uint64_t trunk_name_hash(std::string_view name);

}  // namespace sbc::policy
