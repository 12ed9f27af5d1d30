#include "sbc/edge/signature_hits.h"

namespace sbc::edge {
namespace {

using HitsById = std::unordered_map<uint32_t, uint64_t>;

void add_hits(const LiveSnapshot& snapshot, HitsById& hits) {
  const auto& signatures = snapshot.policy().signatures.signatures();
  for (size_t i = 0; i < signatures.size(); ++i) hits[signatures[i].id] += snapshot.hits(i);
}

std::vector<uint64_t> in_order(const LiveSnapshot& snapshot, const HitsById& hits) {
  std::vector<uint64_t> ordered;
  for (const policy::Signature& signature : snapshot.policy().signatures.signatures()) {
    auto found = hits.find(signature.id);
    ordered.push_back(found == hits.end() ? 0 : found->second);
  }
  return ordered;
}

}  // namespace

void SignatureHits::retire(const LiveSnapshot& old, const LiveSnapshot& newest) {
  add_hits(old, retired_);
  HitsById kept;
  for (const policy::Signature& signature : newest.policy().signatures.signatures()) {
    auto found = retired_.find(signature.id);
    if (found != retired_.end()) kept.insert(*found);
  }
  retired_ = std::move(kept);
}

std::vector<uint64_t> SignatureHits::totals(const LiveSnapshot& newest, const LiveSnapshot* older) const {
  HitsById hits = retired_;
  add_hits(newest, hits);
  if (older != nullptr) add_hits(*older, hits);
  return in_order(newest, hits);
}

}  // namespace sbc::edge
