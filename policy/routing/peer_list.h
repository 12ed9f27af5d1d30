// PeerList: where the calls of one trunk may go: its peers, with host names replaced by what they stand for.
//
// Immutable. Peers with the same tier are tried by lot (RFC 2782), tier after tier; of one SRV target, its
// addresses one behind the other, those of the family that the realm listens on first before the others.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/model/model.h"
#include "policy/resolution/host_table.h"
#include "policy/routing/address_screen.h"

namespace sbc::policy {

struct Peer {
  Endpoint endpoint;  // address none(): a host name that is awaited; then the port says which in the trunk
  uint8_t slot = 0;   // < trunk_peers_max; the same as long as the endpoint is in the list
  uint8_t place = 0;  // in config::Trunk::peers
  uint16_t tier = 0;
  uint16_t target = 0;  // the same for all addresses of one SRV target, other than its neighbours'
  uint8_t rank = 0;     // of its family
  uint16_t weight = 0;
  std::string host;   // that it was found by: as configured; empty: it is configured as an address
  std::string found;  // the SRV target, where it is another name
  Instant known{0};   // since when

  bool is_awaited() const { return endpoint.address.is_none(); }
};

class PeerList {
 public:
  PeerList() = default;
  /// `screen` is for what host names stand for. `before`: the trunk's list until now.
  PeerList(const config::Trunk& trunk, const AddressScreen& screen, const HostTable& hosts,
           const PeerList& before);

  std::span<const Peer> peers() const { return peers_; }
  /// Which names stood for: calls may still be up with them, and no others.
  std::span<const IpAddress> former() const { return former_; }
  /// Null where there is none (any more).
  const Peer* find(const Endpoint& endpoint) const;
  /// Places in peers(), in the order in which a call tries them; how many.
  size_t order(uint64_t lot, std::span<uint8_t, config::trunk_peers_max> out) const;
  /// Of addresses that were found: those that are not taken (AddressScreen), or that were too many.
  unsigned unusable() const { return unusable_; }
  unsigned left_out() const { return left_out_; }

 private:
  void add_host(const config::Peer& peer, uint8_t place, const AddressScreen& screen, const HostTable& hosts,
                size_t room);
  void add(Peer peer);
  void give_slots(const PeerList& before);

  RealmId realm_ = RealmId::none;
  std::vector<Peer> peers_;  // by tier, target and rank
  std::vector<IpAddress> former_;
  uint16_t tiers_ = 0, targets_ = 0;
  uint8_t next_slot_ = 0;  // the one that has been free longest, or nearly
  bool by_lot_ = false;
  unsigned unusable_ = 0, left_out_ = 0;
};

}  // namespace sbc::policy
