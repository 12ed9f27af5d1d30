#include "policy/routing/peer_list.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <numeric>

#include "config/types/check.h"
#include "policy/routing/lot.h"

namespace sbc::policy {
namespace {

using config::trunk_peers_max;

/// The realm's first listener has the family that is tried first.
uint8_t rank_of(const config::Realm& realm, const IpAddress& address) {
  return realm.listeners.front().address.family() == address.family() ? 0 : 1;
}

/// What one host name may add, so that all of them and all addresses have room.
size_t room_of_host(const config::Trunk& trunk) {
  const auto hosts = size_t(std::count_if(trunk.peers.begin(), trunk.peers.end(),
                                          [](const config::Peer& peer) { return peer.is_host(); }));
  return hosts == 0 ? 0 : (trunk_peers_max - (trunk.peers.size() - hosts)) / hosts;
}

}  // namespace

PeerList::PeerList(const config::Trunk& trunk, const AddressScreen& screen, const HostTable& hosts,
                   const PeerList& before)
    : realm_(trunk.realm) {
  SBC_CHECK(trunk.peers.size() <= trunk_peers_max);
  const size_t room = room_of_host(trunk);
  for (size_t place = 0; place < trunk.peers.size(); ++place) {
    const config::Peer& peer = trunk.peers[place];
    if (peer.is_host()) {
      add_host(peer, uint8_t(place), screen, hosts, room);
    } else {
      Peer added;
      added.endpoint = peer.endpoint;
      added.place = uint8_t(place);
      added.target = targets_++;
      added.tier = tiers_++;
      add(std::move(added));
    }
  }
  std::erase_if(former_, [&](const IpAddress& address) {
    auto same = [&](const Peer& peer) { return peer.endpoint.address == address; };
    return std::any_of(peers_.begin(), peers_.end(), same) || !screen.takes(realm_, address);
  });
  give_slots(before);
}

void PeerList::add_host(const config::Peer& peer, uint8_t place, const AddressScreen& screen,
                        const HostTable& hosts, size_t room) {
  Peer added;
  added.place = place;
  added.host = peer.text();
  added.tier = tiers_++;
  auto found = hosts.find(key_of(peer));
  if (found == hosts.end() || found->second.awaited) {
    added.endpoint.port = place;
    added.target = targets_++;
    return add(std::move(added));
  }
  added.known = found->second.known;
  former_.insert(former_.end(), found->second.former.begin(), found->second.former.end());
  const HostTarget* last = nullptr;
  size_t left = room;
  for (const HostTarget& target : found->second.targets) {
    if (last && last->priority != target.priority) added.tier = tiers_++;
    last = &target;
    added.target = targets_++;
    added.weight = target.weight;
    added.found = target.name == peer.host ? std::string() : target.name;
    for (uint8_t rank : {uint8_t(0), uint8_t(1)}) {
      for (const IpAddress& address : target.addresses) {
        if (rank_of(screen.realm(realm_), address) != rank) continue;
        if (!screen.takes(realm_, address)) {
          ++unusable_;
        } else if (left == 0) {
          ++left_out_;
        } else {
          --left;
          added.endpoint = {address, target.port};
          added.rank = rank;
          add(added);
        }
      }
    }
  }
}

/// An endpoint that two names have is tried once.
void PeerList::add(Peer peer) {
  if (find(peer.endpoint)) return;
  by_lot_ |= !peers_.empty() && peers_.back().tier == peer.tier;
  peers_.push_back(std::move(peer));
}

/// A new endpoint gets a slot that has been free for long: calls remember by them whom they have tried.
void PeerList::give_slots(const PeerList& before) {
  std::bitset<trunk_peers_max> taken;
  for (Peer& peer : peers_) {
    const Peer* same = before.find(peer.endpoint);
    peer.slot = same ? same->slot : uint8_t(trunk_peers_max);
    if (same) taken.set(same->slot);
  }
  next_slot_ = before.next_slot_;
  for (Peer& peer : peers_) {
    if (peer.slot != trunk_peers_max) continue;
    while (taken.test(next_slot_)) next_slot_ = (next_slot_ + 1) % trunk_peers_max;
    taken.set(peer.slot = next_slot_);
    next_slot_ = (next_slot_ + 1) % trunk_peers_max;
  }
}

const Peer* PeerList::find(const Endpoint& endpoint) const {
  auto found =
      std::find_if(peers_.begin(), peers_.end(), [&](const Peer& peer) { return peer.endpoint == endpoint; });
  return found == peers_.end() ? nullptr : &*found;
}

size_t PeerList::order(uint64_t lot, std::span<uint8_t, trunk_peers_max> out) const {
  std::iota(out.begin(), out.begin() + std::ptrdiff_t(peers_.size()), uint8_t(0));
  if (!by_lot_) return peers_.size();
  struct Run {
    uint8_t first, count;
  };
  size_t written = 0;
  for (size_t first = 0; first < peers_.size();) {
    std::array<Run, trunk_peers_max> targets;
    size_t count = 0, at = first;
    for (; at < peers_.size() && peers_[at].tier == peers_[first].tier; ++at) {
      if (at == first || peers_[at].target != peers_[at - 1].target) targets[count++] = {uint8_t(at), 0};
      ++targets[count - 1].count;
    }
    draw_by_lot(std::span(targets.data(), count), lot, [this](Run run) { return peers_[run.first].weight; });
    for (const Run& run : std::span(targets.data(), count)) {
      auto own = out.subspan(written, run.count);
      std::iota(own.begin(), own.end(), run.first);
      auto rank = [this](uint8_t place) { return peers_[place].rank; };
      auto second = std::find_if(own.begin(), own.end(), [&](uint8_t each) { return rank(each) != 0; });
      draw_by_lot(std::span(own.begin(), second), lot, [](uint8_t) { return 1u; });
      draw_by_lot(std::span(second, own.end()), lot, [](uint8_t) { return 1u; });
      written += run.count;
    }
    first = at;
  }
  return written;
}

}  // namespace sbc::policy
