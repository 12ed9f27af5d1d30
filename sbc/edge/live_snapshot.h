// LiveSnapshot: what control publishes and workers adopt between bursts: the compiled rules, and for each
// worker the Hyperscan scratch that fits them (made by control, so that no worker allocates).
#pragma once

#include <memory>
#include <vector>

#include "policy/compiled/compiled.h"

namespace sbc::edge {

class LiveSnapshot {
 public:
  /// Null when no memory is left for the scratches.
  static std::unique_ptr<const LiveSnapshot> make(std::shared_ptr<const policy::Compiled> policy,
                                                  unsigned workers) {
    auto snapshot = std::unique_ptr<LiveSnapshot>(new LiveSnapshot(std::move(policy), workers));
    const match::Database* database = snapshot->policy_->signatures.database();
    for (unsigned i = 0; database != nullptr && i < workers; ++i) {
      if (!snapshot->scratch_[i].fit(*database)) return nullptr;
    }
    return snapshot;
  }

  const policy::Compiled& policy() const { return *policy_; }
  /// Only for the worker itself: it alone writes there.
  match::Scratch& scratch(WorkerId worker) const { return scratch_[index_of(worker)]; }

 private:
  LiveSnapshot(std::shared_ptr<const policy::Compiled> policy, unsigned workers)
      : policy_(std::move(policy)), scratch_(std::make_unique<match::Scratch[]>(workers)) {}

  std::shared_ptr<const policy::Compiled> policy_;
  std::unique_ptr<match::Scratch[]> scratch_;
};

}  // namespace sbc::edge
