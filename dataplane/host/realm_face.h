// RealmFace: what the host is in one realm: its MAC address, its IP addresses and where packets go from
// there.
//
// Immutable. Owned by one Host. A realm may have hundreds of addresses, and every packet asks about them:
// they are found by bisection, and each connected network is looked at once.
#pragma once

#include <cstdint>
#include <vector>

#include "config/model/model.h"
#include "config/types/result.h"

namespace sbc::host {

class RealmFace {
 public:
  RealmFace(const config::Realm& realm, const MacAddress& mac);

  const MacAddress& mac() const { return mac_; }
  uint16_t vlan() const { return vlan_; }
  const std::vector<config::InterfaceAddress>& addresses() const { return addresses_; }

  bool is_ours(const IpAddress& address) const;
  /// The broadcast address of a connected network, or 255.255.255.255.
  bool is_broadcast(const IpAddress& address) const;
  bool is_connected(const IpAddress& address) const;
  bool is_gateway(const IpAddress& address) const {
    return !address.is_none() && (address == gateway_v4_ || address == gateway_v6_);
  }

  /// The neighbour to hand a packet to: the destination itself where it is connected, else the family's
  /// gateway.
  Result<IpAddress> next_hop(const IpAddress& destination) const;
  /// Where next_hop() is the gateway, if there is one.
  bool is_beyond_gateway(const IpAddress& destination) const;
  /// The address of ours that asks for this neighbour, or speaks to it: one in its network, else the family's
  /// first. Null where the realm has none of the family.
  const IpAddress* source_for(const IpAddress& neighbour) const;

 private:
  MacAddress mac_;
  uint16_t vlan_;
  std::vector<config::InterfaceAddress> addresses_;
  std::vector<IpAddress> ours_, broadcasts_;       // sorted
  std::vector<Prefix> networks_v4_, networks_v6_;  // each once
  IpAddress gateway_v4_, gateway_v6_;
};

}  // namespace sbc::host
