#include "sbc/snapshot/snapshot_builder.h"

#include <utility>

#include "config/types/check.h"
#include "policy/signatures/signature_file.h"

namespace sbc::snapshot {
namespace {

using config::Model;
using config::Problems;

void append(Problems& problems, Problems more) {
  problems.insert(problems.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

policy::SignatureSet load_signatures(const Model& model, const CompiledPtr& current, Problems& problems) {
  std::string path = config::signature_path(model);
  if (path.empty()) return {};
  policy::SignatureFile file =
      policy::load_signature_file(path, current ? current->signatures : policy::SignatureSet());
  append(problems, std::move(file.problems));
  return std::move(file.set);
}

std::vector<policy::Block> plain(const std::vector<TimedBlock>& timed) {
  std::vector<policy::Block> blocks;
  blocks.reserve(timed.size());
  for (const TimedBlock& one : timed) blocks.push_back(one.block);
  return blocks;
}

policy::AccessTable access_of(const Model& model, const BlockList& blocks, const policy::TrunkTable& trunks,
                              const FormerPeers& former_peers) {
  std::vector<policy::RealmAddress> found;
  for (const policy::TrunkTable::Source& source : trunks.sources())
    found.push_back({source.realm, source.address});
  std::vector<policy::RealmAddress> former(trunks.former().begin(), trunks.former().end());
  former_peers.add_to(former);
  return policy::AccessTable(model, plain(blocks.blocks()), found, former);
}

}  // namespace

std::shared_ptr<policy::Compiled> SnapshotBuilder::compile(std::shared_ptr<const Model> model,
                                                           BuildResult& result, TrunkSlots& slots) const {
  policy::SignatureSet signatures = load_signatures(*model, current_, result.problems);
  auto ids = slots.assign(model->trunks, in_use());
  if (!ids) {
    result.problems.push_back(
        {model->file.where,
         "trunks: too many new ones – calls of removed trunks hold their places; try again later"});
  }
  const policy::TrunkTable before = current_ ? current_->trunks : policy::TrunkTable();
  policy::TrunkTable trunks =
      ids ? policy::TrunkTable(*model, std::move(*ids), hosts_, before) : policy::TrunkTable();
  policy::CompiledHeaderRules header_rules = policy::compile_header_rules(*model, trunks);
  append(result.problems, std::move(header_rules.problems));
  if (!result.problems.empty()) return nullptr;
  auto compiled = std::make_shared<policy::Compiled>();
  compiled->epoch = compiled->access_epoch = current_ ? current_->epoch + 1 : 1;
  compiled->trunks = std::move(trunks);
  compiled->routes = policy::RouteTable(*model, compiled->trunks);
  compiled->signatures = std::move(signatures);
  compiled->header_rules = std::move(header_rules.rules);
  compiled->model = std::move(model);
  return compiled;
}

BuildResult SnapshotBuilder::load(const std::string& path, Instant now) {
  BuildResult result;
  config::LoadResult loaded = config::load_file(path);
  append(result.problems, std::move(loaded.problems));
  if (!loaded) return result;
  if (started_with_) {
    append(result.problems,
           config::restart_problems(config::diff(*started_with_, *loaded.model, loaded.places)));
    result.changes = config::diff(*current_->model, *loaded.model, loaded.places);
  }
  TrunkSlots slots = slots_;
  auto compiled = compile(loaded.model, result, slots);
  if (!compiled) return result;
  FormerPeers former = former_;
  if (current_) former.learn(current_->trunks, compiled->trunks, now);
  compiled->access = access_of(*loaded.model, blocks_, compiled->trunks, former);
  result.compiled = std::move(compiled);
  if (!published(result.compiled)) {
    result.compiled = nullptr;
    result.problems.push_back({{path, 0}, "the workers could not take the new rules over; see the log"});
    return result;
  }
  if (!started_with_) started_with_ = std::move(loaded.model);
  slots_ = std::move(slots);
  former_ = std::move(former);
  current_ = result.compiled;
  return result;
}

BuildResult SnapshotBuilder::preview(const std::string& path) const {
  SnapshotBuilder copy = *this;
  copy.publish_ = nullptr;
  return copy.load(path, Instant{0});
}

bool SnapshotBuilder::take_over(std::shared_ptr<policy::Compiled> compiled) {
  compiled->epoch = current_->epoch + 1;
  if (!published(compiled)) return false;
  current_ = std::move(compiled);
  return true;
}

CompiledPtr SnapshotBuilder::take_over(BlockList blocks, FormerPeers former) {
  auto compiled = std::make_shared<policy::Compiled>(*current_);
  compiled->access = access_of(*compiled->model, blocks, compiled->trunks, former);
  compiled->access_epoch = current_->epoch + 1;
  if (!take_over(std::move(compiled))) return nullptr;
  blocks_ = std::move(blocks);
  former_ = std::move(former);
  return current_;
}

CompiledPtr SnapshotBuilder::know(policy::HostTable hosts) {
  SBC_CHECK(current_ != nullptr);
  auto compiled = std::make_shared<policy::Compiled>(*current_);
  const Model& model = *compiled->model;
  std::vector<TrunkId> ids;
  for (const config::Trunk& trunk : model.trunks) ids.push_back(*current_->trunks.by_name(*trunk.name));
  compiled->trunks = policy::TrunkTable(model, std::move(ids), hosts, current_->trunks);
  compiled->access = access_of(model, blocks_, compiled->trunks, former_);
  if (!take_over(std::move(compiled))) return nullptr;
  hosts_ = std::move(hosts);
  return current_;
}

CompiledPtr SnapshotBuilder::block(const policy::Block& block, Instant expires) {
  SBC_CHECK(current_ != nullptr);
  BlockList next = blocks_;
  return next.add(block, expires) ? take_over(std::move(next), former_) : nullptr;
}

CompiledPtr SnapshotBuilder::unblock(const policy::Block& block) {
  SBC_CHECK(current_ != nullptr);
  BlockList next = blocks_;
  return next.remove(block) ? take_over(std::move(next), former_) : nullptr;
}

bool SnapshotBuilder::has_expired(Instant now) const {
  SBC_CHECK(current_ != nullptr);
  return blocks_.next_expiry() <= now || former_.has_expired(current_->model->timers.call_max, in_use(), now);
}

CompiledPtr SnapshotBuilder::expire(Instant now) {
  if (!has_expired(now)) return nullptr;
  BlockList blocks = blocks_;
  blocks.expire(now);
  FormerPeers former = former_;
  former.expire(current_->model->timers.call_max, in_use(), now);
  return take_over(std::move(blocks), std::move(former));
}

}  // namespace sbc::snapshot
