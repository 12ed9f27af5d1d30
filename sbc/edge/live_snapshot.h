// LiveSnapshot: what control publishes and workers adopt between bursts: the compiled rules, and for each
// worker what it applies their signatures with (made by control, so that no worker allocates).
#pragma once

#include <memory>
#include <vector>

#include "dataplane/lane/counters.h"
#include "policy/compiled/compiled.h"

namespace sbc::edge {

/// What one worker applies a snapshot's signatures with. It alone writes there; any thread may read the hits.
struct alignas(64) Inspector {
  match::Scratch scratch;
  std::vector<lane::Counter> hits;  // messages that matched, by place in SignatureSet::signatures()
};

class LiveSnapshot {
 public:
  /// Null when no memory is left for the scratches.
  static std::unique_ptr<const LiveSnapshot> make(std::shared_ptr<const policy::Compiled> policy,
                                                  unsigned workers) {
    auto snapshot = std::unique_ptr<LiveSnapshot>(new LiveSnapshot(std::move(policy), workers));
    const policy::SignatureSet& signatures = snapshot->policy_->signatures;
    for (unsigned i = 0; i < workers; ++i) {
      Inspector& inspector = snapshot->inspectors_[i];
      if (!signatures.fit(inspector.scratch)) return nullptr;
      inspector.hits = std::vector<lane::Counter>(signatures.signatures().size());
    }
    return snapshot;
  }

  const policy::Compiled& policy() const { return *policy_; }
  /// Only for the worker itself.
  Inspector& inspector(WorkerId worker) const { return inspectors_[index_of(worker)]; }
  /// Messages that matched the signature at `index` while this snapshot was in force, of all workers.
  uint64_t hits(size_t index) const {
    uint64_t sum = 0;
    for (unsigned i = 0; i < workers_; ++i) sum += inspectors_[i].hits[index].value();
    return sum;
  }

 private:
  LiveSnapshot(std::shared_ptr<const policy::Compiled> policy, unsigned workers)
      : policy_(std::move(policy)), workers_(workers), inspectors_(std::make_unique<Inspector[]>(workers)) {}

  std::shared_ptr<const policy::Compiled> policy_;
  unsigned workers_;
  std::unique_ptr<Inspector[]> inspectors_;
};

}  // namespace sbc::edge
