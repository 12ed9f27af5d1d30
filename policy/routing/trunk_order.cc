#include "policy/routing/trunk_order.h"

#include <algorithm>
#include <array>

#include "config/types/check.h"
#include "dataplane/bytes/siphash.h"
#include "policy/routing/lot.h"

namespace sbc::policy {
namespace {

using config::Selection;
using Members = std::span<Tier::Member>;

/// Public: where a call goes is no secret, and has to be the same everywhere.
constexpr HashKey key{0x7472756e6b73u, 0x736263u};

/// Fewest calls for its weight first; of equals the one that is listed first. Other workers count at the same
/// time: what is read once decides.
void sort_by_calls(Members members, const Usage& usage) {
  struct Busy {
    Tier::Member member;
    uint64_t calls;
  };
  std::array<Busy, config::group_trunks_max> busy;
  for (size_t i = 0; i < members.size(); ++i)
    busy[i] = {members[i], usage.trunks[index_of(members[i].trunk)].calls.value()};
  // By insertion: std::stable_sort allocates.
  for (size_t i = 1; i < members.size(); ++i) {
    for (size_t at = i; at > 0; --at) {
      Busy &before = busy[at - 1], &behind = busy[at];
      if (behind.calls * before.member.weight >= before.calls * behind.member.weight) break;
      std::swap(before, behind);
    }
  }
  for (size_t i = 0; i < members.size(); ++i) members[i] = busy[i].member;
}

/// Rendezvous hashing: where a trunk comes or goes, only its own share of callers moves.
void sort_by_hash(Members members, std::string_view of) {
  const uint64_t hash = siphash(key, of);
  auto score = [hash](const Tier::Member& member) {
    uint64_t state = hash ^ member.name_hash;
    return next_lot(state);
  };
  std::sort(members.begin(), members.end(),
            [&](const Tier::Member& a, const Tier::Member& b) { return score(a) > score(b); });
}

void order(Selection select, Members members, const Chooser& chooser, const Usage& usage) {
  switch (select) {
    case Selection::in_order:
      return;
    case Selection::weighted: {
      uint64_t lot = chooser.random;
      return draw_by_lot(members, lot, [](const Tier::Member& member) { return member.weight; });
    }
    case Selection::least_busy:
      return sort_by_calls(members, usage);
    case Selection::by_caller:
      return sort_by_hash(members, chooser.caller);
    case Selection::by_call:
      return sort_by_hash(members, chooser.call_id);
  }
}

}  // namespace

uint64_t trunk_name_hash(std::string_view name) { return siphash(key, name); }

size_t order_trunks(std::span<const Tier> tiers, const Chooser& chooser, const Usage& usage,
                    std::span<TrunkId> out) {
  size_t count = 0;
  for (const Tier& tier : tiers) {
    SBC_CHECK(tier.members.size() <= config::group_trunks_max);
    std::array<Tier::Member, config::group_trunks_max> members;
    std::copy(tier.members.begin(), tier.members.end(), members.begin());
    Members own(members.data(), tier.members.size());
    order(tier.select, own, chooser, usage);
    for (const Tier::Member& member : own) {
      auto chosen = out.first(count);
      if (count == out.size()) return count;
      if (std::find(chosen.begin(), chosen.end(), member.trunk) == chosen.end()) out[count++] = member.trunk;
    }
  }
  return count;
}

}  // namespace sbc::policy
