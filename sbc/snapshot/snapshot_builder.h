// SnapshotBuilder: from the operator's files and run-time blocks to the compiled rules that workers read.
//
// Owned by the control thread; each success is a new immutable Compiled with the next epoch, to be published.
// A failure changes nothing: the old one stays what it is. What is compiled co-owns the Model that its tables
// point into.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/load/diff.h"
#include "config/load/load.h"
#include "policy/compiled/compiled.h"
#include "sbc/snapshot/block_list.h"
#include "sbc/snapshot/former_peers.h"
#include "sbc/snapshot/trunk_slots.h"

namespace sbc::snapshot {

using CompiledPtr = std::shared_ptr<const policy::Compiled>;

struct BuildResult {
  CompiledPtr compiled;                 // null when there are problems
  config::Problems problems;            // of the configuration and the signature file, all of them
  std::vector<config::Change> changes;  // against the configuration in force; empty at the first load
};

class SnapshotBuilder {
 public:
  /// From then on a removed trunk's slot is not given away, and its peers are not forgotten, while `usage`
  /// counts calls in it. Must outlive the builder.
  void watch(const policy::Usage& usage) { usage_ = &usage; }
  /// Hands what is new to the workers; false when they could not take it over.
  using Publish = std::function<bool(const CompiledPtr&)>;
  /// From then on nothing becomes current, and no block and no slot changes, before `publish` has succeeded.
  void publish_through(Publish publish) { publish_ = std::move(publish); }

  /// Reads and compiles everything. The first success is what the process starts with; a later load is
  /// refused where it changes what only a restart can.
  BuildResult load(const std::string& path, Instant now);
  /// What load() would say, changing nothing; `compiled` holds the result without being the current one.
  BuildResult preview(const std::string& path) const;

  /// Each gives the new Compiled, or null: block() when the list is full, unblock() when there is no such
  /// block, expire() when has_expired() says no; each when publishing failed. Only after a first load.
  CompiledPtr block(const policy::Block& block, Instant expires);
  CompiledPtr unblock(const policy::Block& block);
  /// Blocks whose time has come, and former peers that no call can be up with any more.
  CompiledPtr expire(Instant now);
  bool has_expired(Instant now) const;
  /// What host names of trunks stand for from now on. As above; null only when publishing failed.
  CompiledPtr know(policy::HostTable hosts);
  const std::vector<TimedBlock>& blocks() const { return blocks_.blocks(); }

  const CompiledPtr& current() const { return current_; }  // null before the first load

 private:
  /// All but the access table.
  std::shared_ptr<policy::Compiled> compile(std::shared_ptr<const config::Model> model, BuildResult& result,
                                            TrunkSlots& slots) const;
  TrunkSlots::InUse in_use() const {
    return [this](TrunkId id) { return usage_ && usage_->trunks[index_of(id)].calls.value() > 0; };
  }
  /// Makes `compiled`, a copy of the current one but for what differs, the current one.
  bool take_over(std::shared_ptr<policy::Compiled> compiled);
  CompiledPtr take_over(BlockList blocks, FormerPeers former);
  bool published(const CompiledPtr& compiled) const { return !publish_ || publish_(compiled); }

  const policy::Usage* usage_ = nullptr;
  Publish publish_;  // none: accepts everything
  std::shared_ptr<const config::Model> started_with_;
  TrunkSlots slots_;
  BlockList blocks_;
  FormerPeers former_;
  policy::HostTable hosts_;
  CompiledPtr current_;
};

}  // namespace sbc::snapshot
