// SignatureHits: how often each signature matched since the process started. Workers count in the snapshot
// that is in force; this keeps what snapshots counted that are no more, by the signatures' ids, so that a
// reload costs no count. Owned by the control thread.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sbc/edge/live_snapshot.h"

namespace sbc::edge {

class SignatureHits {
 public:
  /// Takes over what `old` counted, which no worker can look at any more. Ids that `newest` has not are
  /// forgotten.
  void retire(const LiveSnapshot& old, const LiveSnapshot& newest);
  /// Of newest's signatures, by their place. `older`: the snapshot before it, null where it is retired.
  std::vector<uint64_t> totals(const LiveSnapshot& newest, const LiveSnapshot* older) const;

 private:
  std::unordered_map<uint32_t, uint64_t> retired_;  // by id
};

}  // namespace sbc::edge
