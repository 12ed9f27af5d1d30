#include "sbc/snapshot/block_list.h"

#include <algorithm>

namespace sbc::snapshot {

std::vector<TimedBlock>::iterator BlockList::find(const policy::Block& block) {
  return std::find_if(blocks_.begin(), blocks_.end(), [&](const TimedBlock& timed) {
    return timed.block.realm == block.realm && timed.block.prefix == block.prefix;
  });
}

bool BlockList::add(const policy::Block& block, Instant expires) {
  if (auto found = find(block); found != blocks_.end()) {
    found->expires = expires;
    return true;
  }
  if (blocks_.size() >= blocks_max) return false;
  blocks_.push_back({block, expires});
  return true;
}

bool BlockList::remove(const policy::Block& block) {
  auto found = find(block);
  if (found == blocks_.end()) return false;
  blocks_.erase(found);
  return true;
}

bool BlockList::expire(Instant now) {
  return std::erase_if(blocks_, [now](const TimedBlock& timed) { return timed.expires <= now; }) > 0;
}

Instant BlockList::next_expiry() const {
  Instant next = Instant::never();
  for (const TimedBlock& timed : blocks_) next = std::min(next, timed.expires);
  return next;
}

}  // namespace sbc::snapshot
