// BlockList: the sources that an operator blocked at run time, each until an instant. They outlive reloads.
// Owned by the control thread; time is an argument.
#pragma once

#include <cstddef>
#include <vector>

#include "dataplane/time/instant.h"
#include "policy/access/access.h"

namespace sbc::snapshot {

struct TimedBlock {
  policy::Block block;
  Instant expires = Instant::never();
};

class BlockList {
 public:
  static constexpr size_t blocks_max = 4096;

  /// Of a block that is there already the new expiry counts. False when the list is full.
  bool add(const policy::Block& block, Instant expires);
  /// False when there is no such block: same realm, same prefix.
  bool remove(const policy::Block& block);
  /// Takes those off whose time has come; false when there are none.
  bool expire(Instant now);
  /// never() when nothing expires.
  Instant next_expiry() const;
  const std::vector<TimedBlock>& blocks() const { return blocks_; }

 private:
  std::vector<TimedBlock>::iterator find(const policy::Block& block);

  std::vector<TimedBlock> blocks_;  // in the order in which they were put in place
};

}  // namespace sbc::snapshot
