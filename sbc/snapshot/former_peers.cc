#include "sbc/snapshot/former_peers.h"

#include <algorithm>

namespace sbc::snapshot {
namespace {

/// Whether the trunk still has it, or remembers it by the name that has lost it.
bool keeps(const policy::TrunkTable& trunks, TrunkId id, RealmId realm, const IpAddress& address) {
  const config::Trunk* trunk = trunks.find(id);
  if (!trunk || trunk->realm != realm) return false;
  const policy::PeerList& list = trunks.peers(id);
  auto same = [&](const policy::Peer& peer) { return peer.endpoint.address == address; };
  const auto former = list.former();
  return std::any_of(list.peers().begin(), list.peers().end(), same) ||
         std::find(former.begin(), former.end(), address) != former.end();
}

}  // namespace

void FormerPeers::learn(const policy::TrunkTable& before, const policy::TrunkTable& after, Instant now) {
  for (TrunkId id : before.ids()) {
    const RealmId realm = before.find(id)->realm;
    auto look_at = [&](const IpAddress& address) {
      if (!keeps(after, id, realm, address)) add({realm, id, {address, now}});
    };
    for (const policy::Peer& peer : before.peers(id).peers())
      if (!peer.is_awaited()) look_at(peer.endpoint.address);
    for (const IpAddress& address : before.peers(id).former()) look_at(address);
  }
}

/// One that has come back and gone again has gone now.
void FormerPeers::add(const FormerPeer& peer) {
  std::erase_if(peers_, [&](const FormerPeer& each) {
    return each.realm == peer.realm && each.trunk == peer.trunk && each.former.address == peer.former.address;
  });
  if (peers_.size() == most) peers_.erase(peers_.begin());
  peers_.push_back(peer);
}

bool FormerPeers::has_expired(Duration keep, const InUse& in_use, Instant now) const {
  return std::any_of(peers_.begin(), peers_.end(),
                     [&](const FormerPeer& each) { return !each.is_needed(keep, in_use, now); });
}

void FormerPeers::expire(Duration keep, const InUse& in_use, Instant now) {
  std::erase_if(peers_, [&](const FormerPeer& each) { return !each.is_needed(keep, in_use, now); });
}

void FormerPeers::add_to(std::vector<policy::RealmAddress>& addresses) const {
  for (const FormerPeer& each : peers_) addresses.push_back({each.realm, each.former.address});
}

}  // namespace sbc::snapshot
