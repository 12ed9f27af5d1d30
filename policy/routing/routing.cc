#include "policy/routing/routing.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "config/types/check.h"

namespace sbc::policy {

TrunkTable::TrunkTable(const config::Model& model, std::vector<TrunkId> ids) : by_name_(std::move(ids)) {
  SBC_CHECK(by_name_.size() == model.trunks.size());
  for (size_t i = 0; i < by_name_.size(); ++i) {
    TrunkId id = by_name_[i];
    const config::Trunk& trunk = model.trunks[i];
    SBC_CHECK(index_of(id) < trunks_max);
    if (by_id_.size() <= index_of(id)) by_id_.resize(index_of(id) + 1u);
    SBC_CHECK(by_id_[index_of(id)] == nullptr);
    by_id_[index_of(id)] = &trunk;
    for (const Endpoint& peer : trunk.peers) sources_.push_back({trunk.realm, peer.address, id});
  }
  std::sort(by_name_.begin(), by_name_.end(),
            [this](TrunkId a, TrunkId b) { return *by_id_[index_of(a)]->name < *by_id_[index_of(b)]->name; });
  std::stable_sort(sources_.begin(), sources_.end(), [](const Source& a, const Source& b) {
    return std::tie(a.realm, a.address) < std::tie(b.realm, b.address);
  });
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

RouteTable::RouteTable(const config::Model& model, const TrunkTable& trunks) {
  for (const config::Route& route : model.routes) {
    RouteChoice choice{&route, {}};
    for (const Located<std::string>& name : route.trunks)
      if (auto id = trunks.by_name(*name)) choice.trunks.push_back(*id);
    choices_.push_back(std::move(choice));
    prefix_sizes_.push_back(route.prefix.size());
  }
  std::stable_sort(choices_.begin(), choices_.end(), [](const RouteChoice& a, const RouteChoice& b) {
    bool any_a = a.route->from == RealmId::none;
    bool any_b = b.route->from == RealmId::none;
    return std::tie(a.route->prefix, any_a) < std::tie(b.route->prefix, any_b);
  });
  std::sort(prefix_sizes_.begin(), prefix_sizes_.end(), std::greater<>());
  prefix_sizes_.erase(std::unique(prefix_sizes_.begin(), prefix_sizes_.end()), prefix_sizes_.end());
}

const RouteChoice* RouteTable::find(const RouteQuery& query) const {
  for (size_t size : prefix_sizes_) {
    if (size > query.number.size()) continue;
    std::string_view prefix = query.number.substr(0, size);
    auto at = std::lower_bound(
        choices_.begin(), choices_.end(), prefix,
        [](const RouteChoice& choice, std::string_view wanted) { return choice.route->prefix < wanted; });
    for (; at != choices_.end() && at->route->prefix == prefix; ++at)
      if (at->route->from == query.from || at->route->from == RealmId::none) return &*at;
  }
  return nullptr;
}

bool translate(const config::Route& route, std::string_view number, std::span<char> out, size_t& size) {
  number.remove_prefix(std::min<size_t>(route.strip, number.size()));
  size = route.add.size() + number.size();
  if (size > out.size()) return false;
  std::copy(route.add.begin(), route.add.end(), out.begin());
  std::copy(number.begin(), number.end(), out.begin() + std::ptrdiff_t(route.add.size()));
  return true;
}

}  // namespace sbc::policy
