#include "dataplane/host/realm_face.h"

#include <algorithm>

namespace sbc::host {
namespace {

constexpr IpAddress limited_broadcast = IpAddress::v4(255, 255, 255, 255);
constexpr uint8_t point_to_point_v4 = 127;  // a /31 in the 16-byte form: no broadcast address (RFC 3021)

bool has_broadcast(const config::InterfaceAddress& own) {
  return own.address.is_v4() && own.network.length < point_to_point_v4;
}

template <class Value>
void sort_each_once(std::vector<Value>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

RealmFace::RealmFace(const config::Realm& realm, const MacAddress& mac)
    : mac_(mac),
      vlan_(realm.vlan),
      addresses_(realm.addresses),
      gateway_v4_(realm.gateway_v4),
      gateway_v6_(realm.gateway_v6) {
  for (const auto& own : addresses_) {
    ours_.push_back(own.address);
    if (has_broadcast(own)) broadcasts_.push_back(own.network.last());
    (own.address.is_v4() ? networks_v4_ : networks_v6_).push_back(own.network);
  }
  sort_each_once(ours_);
  sort_each_once(broadcasts_);
  sort_each_once(networks_v4_);
  sort_each_once(networks_v6_);
}

bool RealmFace::is_ours(const IpAddress& address) const {
  return std::binary_search(ours_.begin(), ours_.end(), address);
}

bool RealmFace::is_broadcast(const IpAddress& address) const {
  if (!address.is_v4()) return false;
  return address == limited_broadcast || std::binary_search(broadcasts_.begin(), broadcasts_.end(), address);
}

bool RealmFace::is_connected(const IpAddress& address) const {
  const std::vector<Prefix>& networks = address.is_v4() ? networks_v4_ : networks_v6_;
  if (!address.is_v4() && address.is_link_local()) return !networks.empty();
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Prefix& network) { return network.contains(address); });
}

/// What is ours, or everybody's on a link, is connected: so most packets pass one comparison.
bool RealmFace::is_beyond_gateway(const IpAddress& destination) const {
  return !is_connected(destination) && !destination.is_multicast() && !destination.is_none() &&
         destination != limited_broadcast;
}

Result<IpAddress> RealmFace::next_hop(const IpAddress& destination) const {
  if (is_beyond_gateway(destination)) {
    const IpAddress& gateway = destination.is_v4() ? gateway_v4_ : gateway_v6_;
    if (gateway.is_none() || source_for(gateway) == nullptr) return Reason::no_route;
    return gateway;
  }
  if (destination.is_none() || destination.is_multicast()) return Reason::no_route;
  if (is_broadcast(destination) || is_ours(destination)) return Reason::no_route;
  return destination;
}

const IpAddress* RealmFace::source_for(const IpAddress& neighbour) const {
  const IpAddress* first = nullptr;
  for (const auto& own : addresses_) {
    if (own.address.is_v4() != neighbour.is_v4()) continue;
    if (own.network.contains(neighbour)) return &own.address;
    if (first == nullptr) first = &own.address;
  }
  return first;
}

}  // namespace sbc::host
