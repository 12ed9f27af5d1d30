// Listeners: port and VLAN give a packet's realm; realm, address and UDP port say whether it is SIP. (Media
// ports are media::MediaRanges' to tell, the rest is the IP host's.) Immutable while the process lives; read
// by all workers.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "config/model/model.h"

namespace sbc::edge {

class Listeners {
 public:
  explicit Listeners(const config::Model& model);

  /// none: no realm of this port has this VLAN. `vlan` 0 = untagged.
  RealmId realm_of(PortId port, uint16_t vlan) const { return realms_[index_of(port)][vlan & 0xfff]; }
  /// Does SIP arrive at this endpoint of ours?
  bool is_sip(RealmId realm, const Endpoint& local) const;

 private:
  std::vector<std::array<RealmId, 4096>> realms_;  // by port, VLAN
  std::vector<std::vector<Endpoint>> sip_;         // by realm
};

}  // namespace sbc::edge
