// Lot: who is chosen by chance, and in which order. The chance is an argument.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sbc::policy {

/// The next number of a sequence that begins anywhere (splitmix64, Steele et al. 2014).
inline uint64_t next_lot(uint64_t& state) {
  uint64_t mixed = state += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return mixed ^ mixed >> 31;
}

/// As RFC 2782 chooses among servers: the next one by lot, weight by weight, until none is left. A weight of
/// 0 has a very small chance, as it wants; where all have 0, the chances are the same.
template <class Member, class WeightOf>
void draw_by_lot(std::span<Member> members, uint64_t& state, WeightOf&& weight_of) {
  constexpr uint64_t scale = 1024;
  auto share_of = [&](const Member& member) {
    const uint64_t weight = weight_of(member);
    return weight == 0 ? uint64_t(1) : weight * scale;
  };
  uint64_t sum = 0;
  for (const Member& member : members) sum += share_of(member);
  for (size_t place = 0; place + 1 < members.size(); ++place) {
    uint64_t lot = next_lot(state) % sum;
    size_t drawn = place;
    while (lot >= share_of(members[drawn])) lot -= share_of(members[drawn++]);
    sum -= share_of(members[drawn]);
    std::rotate(members.begin() + std::ptrdiff_t(place), members.begin() + std::ptrdiff_t(drawn),
                members.begin() + std::ptrdiff_t(drawn) + 1);
  }
}

}  // namespace sbc::policy
