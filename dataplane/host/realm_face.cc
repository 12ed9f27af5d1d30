#include "dataplane/host/realm_face.h"

#include <algorithm>

namespace sbc::host {
namespace {

constexpr uint8_t point_to_point_v4 = 127;  // a /31 in the 16-byte form: no broadcast address (RFC 3021)

bool is_ipv6_link_local(const IpAddress& address) { return !address.is_v4() && address.is_link_local(); }

}  // namespace

RealmFace::RealmFace(const config::Realm& realm, const MacAddress& mac)
    : mac_(mac),
      vlan_(realm.vlan),
      addresses_(realm.addresses),
      gateway_v4_(realm.gateway_v4),
      gateway_v6_(realm.gateway_v6) {}

bool RealmFace::is_ours(const IpAddress& address) const {
  return std::any_of(addresses_.begin(), addresses_.end(),
                     [&](const auto& own) { return own.address == address; });
}

bool RealmFace::is_broadcast(const IpAddress& address) const {
  if (!address.is_v4()) return false;
  if (address.v4_bits() == 0xffffffff) return true;
  return std::any_of(addresses_.begin(), addresses_.end(), [&](const auto& own) {
    return own.address.is_v4() && own.network.length < point_to_point_v4 && own.network.last() == address;
  });
}

bool RealmFace::is_connected(const IpAddress& address) const {
  return std::any_of(addresses_.begin(), addresses_.end(), [&](const auto& own) {
    return own.address.is_v4() == address.is_v4() &&
           (own.network.contains(address) || is_ipv6_link_local(address));
  });
}

Result<IpAddress> RealmFace::next_hop(const IpAddress& destination) const {
  if (destination.is_none() || destination.is_multicast()) return Reason::no_route;
  if (is_broadcast(destination) || is_ours(destination)) return Reason::no_route;
  if (is_connected(destination)) return destination;
  const IpAddress& gateway = destination.is_v4() ? gateway_v4_ : gateway_v6_;
  if (gateway.is_none() || source_for(gateway) == nullptr) return Reason::no_route;
  return gateway;
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
