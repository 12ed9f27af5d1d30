#include "policy/routing/trunk_table.h"

#include <algorithm>
#include <tuple>

#include "config/types/check.h"

namespace sbc::policy {

TrunkTable::TrunkTable(const config::Model& model, std::vector<TrunkId> ids, const HostTable& hosts,
                       const TrunkTable& before)
    : by_name_(std::move(ids)) {
  SBC_CHECK(by_name_.size() == model.trunks.size());
  const AddressScreen screen(model);
  std::vector<Source> found;
  for (size_t i = 0; i < by_name_.size(); ++i) {
    TrunkId id = by_name_[i];
    const config::Trunk& trunk = model.trunks[i];
    SBC_CHECK(index_of(id) < trunks_max);
    if (by_id_.size() <= index_of(id)) {
      by_id_.resize(index_of(id) + 1u);
      peers_.resize(index_of(id) + 1u);
      caller_numbers_.resize(index_of(id) + 1u);
    }
    SBC_CHECK(by_id_[index_of(id)] == nullptr);
    by_id_[index_of(id)] = &trunk;
    for (const config::Translation& each : model.translations)
      if (*each.name == *trunk.caller_translation) caller_numbers_[index_of(id)] = NumberTable(each);
    PeerList& list = peers_[index_of(id)];
    list = PeerList(trunk, screen, hosts, before.peers(id));
    for (const Peer& peer : list.peers()) {
      if (peer.is_awaited()) continue;
      (peer.host.empty() ? sources_ : found).push_back({trunk.realm, peer.endpoint.address, id});
    }
    for (const IpAddress& address : list.former()) former_.push_back({trunk.realm, address});
  }
  // What the configuration says comes before what the DNS says.
  sources_.insert(sources_.end(), found.begin(), found.end());
  std::sort(by_name_.begin(), by_name_.end(),
            [this](TrunkId a, TrunkId b) { return *by_id_[index_of(a)]->name < *by_id_[index_of(b)]->name; });
  std::stable_sort(sources_.begin(), sources_.end(), [](const Source& a, const Source& b) {
    return std::tie(a.realm, a.address) < std::tie(b.realm, b.address);
  });
}

const PeerList& TrunkTable::peers(TrunkId id) const {
  static const PeerList none;
  return index_of(id) < peers_.size() ? peers_[index_of(id)] : none;
}

const NumberTable& TrunkTable::caller_numbers(TrunkId id) const {
  static const NumberTable none;
  return index_of(id) < caller_numbers_.size() ? caller_numbers_[index_of(id)] : none;
}

const config::Trunk* TrunkTable::find(TrunkId id) const {
  return index_of(id) < by_id_.size() ? by_id_[index_of(id)] : nullptr;
}

TrunkId TrunkTable::of_source(RealmId realm, const IpAddress& source) const {
  auto key = std::tie(realm, source);
  auto at = std::lower_bound(sources_.begin(), sources_.end(), key, [](const Source& s, const auto& wanted) {
    return std::tie(s.realm, s.address) < wanted;
  });
  return at != sources_.end() && std::tie(at->realm, at->address) == key ? at->id : TrunkId::none;
}

std::optional<TrunkId> TrunkTable::by_name(std::string_view name) const {
  auto at = std::lower_bound(
      by_name_.begin(), by_name_.end(), name,
      [this](TrunkId id, std::string_view wanted) { return *by_id_[index_of(id)]->name < wanted; });
  if (at == by_name_.end() || *by_id_[index_of(*at)]->name != name) return std::nullopt;
  return *at;
}

}  // namespace sbc::policy
