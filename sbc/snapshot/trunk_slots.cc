#include "sbc/snapshot/trunk_slots.h"

#include <utility>

namespace sbc::snapshot {

TrunkId TrunkSlots::find(const std::string& name) const {
  for (size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].name == name) return TrunkId(i);
  return TrunkId::none;
}

TrunkId TrunkSlots::take_free(uint64_t round, const InUse& in_use) {
  if (slots_.size() < trunks_max) {
    slots_.emplace_back();
    return TrunkId(slots_.size() - 1);
  }
  TrunkId oldest = TrunkId::none;
  for (size_t i = 0; i < slots_.size(); ++i) {
    bool older = oldest == TrunkId::none || slots_[i].last_round < slots_[index_of(oldest)].last_round;
    if (slots_[i].last_round < round && older && !in_use(TrunkId(i))) oldest = TrunkId(i);
  }
  return oldest;
}

std::optional<std::vector<TrunkId>> TrunkSlots::assign(const std::vector<config::Trunk>& trunks,
                                                       const InUse& in_use) {
  TrunkSlots next = *this;
  uint64_t round = ++next.round_;
  std::vector<TrunkId> ids;
  for (const config::Trunk& trunk : trunks) {
    TrunkId id = next.find(*trunk.name);
    if (id != TrunkId::none) next.slots_[index_of(id)].last_round = round;
    ids.push_back(id);
  }
  for (size_t i = 0; i < trunks.size(); ++i) {
    if (ids[i] != TrunkId::none) continue;
    ids[i] = next.take_free(round, in_use);
    if (ids[i] == TrunkId::none) return std::nullopt;
    next.slots_[index_of(ids[i])] = {*trunks[i].name, round};
  }
  *this = std::move(next);
  return ids;
}

}  // namespace sbc::snapshot
