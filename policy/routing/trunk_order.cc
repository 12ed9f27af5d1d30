#include "policy/routing/trunk_order.h"

#include <algorithm>
#include <array>

#include "config/types/check.h"
#include "dataplane/bytes/siphash.h"

namespace sbc::policy {
namespace {

using config::Selection;
using Members = std::span<Tier::Member>;

/// Public: where a call goes is no secret, and has to be the same everywhere.
constexpr HashKey key{0x7472756e6b73u, 0x736263u};

/// The next number of a sequence that begins anywhere (splitmix64, Steele et al. 2014).
uint64_t next(uint64_t& state) {
  uint64_t mixed = state += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return mixed ^ mixed >> 31;
}

/// As RFC 2782 chooses among servers: the next one by lot, weight by weight, until none is left.
void draw(Members members, uint64_t random) {
  uint64_t sum = 0;
  for (const Tier::Member& member : members) sum += member.weight;
  for (size_t place = 0; place + 1 < members.size(); ++place) {
    uint64_t lot = next(random) % sum;
    size_t drawn = place;
    while (lot >= members[drawn].weight) lot -= members[drawn++].weight;
    sum -= members[drawn].weight;
    std::rotate(members.begin() + std::ptrdiff_t(place), members.begin() + std::ptrdiff_t(drawn),
                members.begin() + std::ptrdiff_t(drawn) + 1);
  }
}

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
    return next(state);
  };
  std::sort(members.begin(), members.end(),
            [&](const Tier::Member& a, const Tier::Member& b) { return score(a) > score(b); });
}

void order(Selection select, Members members, const Chooser& chooser, const Usage& usage) {
  switch (select) {
    case Selection::in_order:
      return;
    case Selection::weighted:
      return draw(members, chooser.random);
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
