// Host: being an IP host, for all realms, once the kernel is bypassed: neighbours and next hops, ARP (RFC
// 826, 5227), NDP (RFC 4861), ICMP (RFC 792, 1122, 4443).
//
// One per worker, owned by it. Deterministic: frames and time come in as arguments, frames and events leave
// through the sink, which must not call back. No allocation after construction. Every worker answers ARP, NDP
// and echo requests as they come to it; what a worker hears about neighbours it tells the others
// (HostSink::learned), whose hosts take it by on_learned().
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "config/model/model.h"
#include "config/types/result.h"
#include "dataplane/host/limits.h"
#include "dataplane/host/neighbour_table.h"
#include "dataplane/host/realm_face.h"
#include "dataplane/host/sink.h"
#include "dataplane/meter/rate_cell.h"
#include "dataplane/wire/arp.h"
#include "dataplane/wire/frame.h"
#include "dataplane/wire/icmp.h"
#include "dataplane/wire/ndp.h"

namespace sbc::host {

class Host final : private Asker {
 public:
  /// `macs`: each realm's MAC address (its port's). `key` is the process's secret for hash tables.
  Host(const config::Model& model, std::span<const MacAddress> macs, const HostLimits& limits,
       const HashKey& key, Instant start, HostSink& sink);

  /// Tells every link about our addresses, now and once more two seconds later (RFC 5227 2.3, RFC
  /// 4861 7.2.6). One worker does.
  void announce(Instant now);

  /// Is this frame for us, from somebody who may have sent it? To be asked about every frame, UDP too. Of IP
  /// frames to groups only what NDP needs is for us.
  Reason admit(RealmId realm, const wire::Frame& frame) const;

  /// An admitted ARP or ICMP frame. Returns why nothing came of it; none when it was of use.
  Reason on_frame(RealmId realm, const wire::Frame& frame, std::span<const uint8_t> bytes, Instant now);
  /// An admitted UDP frame to a port of ours where nobody listens: answered with "port unreachable", within
  /// limits. Returns the reason it is to be counted under.
  Reason refuse_port(RealmId realm, const wire::Frame& frame, std::span<const uint8_t> bytes, Instant now);
  void on_learned(const Learned& event, Instant now);

  using Found = NeighbourTable::Found;
  /// Where to send a packet for `destination`: the next hop's MAC address; or null and no reason: hold() the
  /// packet; or null and why it cannot be sent.
  Found lookup(RealmId realm, const IpAddress& destination, Instant now);
  /// The same for a next hop looked up before; null: look it up again.
  const MacAddress* lookup(NextHop hop, Instant now) { return neighbours_.use(hop, now); }
  /// Keeps `packet` until its next hop has answered: it comes back through release() or discard(). Fails, and
  /// the packet stays with the caller, with no_route, neighbour_table_full or neighbour_queue_full.
  Reason hold(RealmId realm, const IpAddress& destination, uint64_t packet, Instant now);

  void on_time(Instant now);
  Instant next_deadline() const;

  const RealmFace& face(RealmId realm) const { return faces_[index_of(realm)]; }
  const NeighbourTable& neighbours() const { return neighbours_; }

 private:
  struct Meters {
    meter::RateCell echo, unreachable, errors, learned;
  };

  void ask(RealmId realm, const IpAddress& address, const MacAddress* known) override;
  void ask_arp(RealmId realm, const IpAddress& address, const MacAddress* known);
  void ask_ndp(RealmId realm, const IpAddress& address, const MacAddress* known);
  void announce_address(RealmId realm, const IpAddress& address);
  void announce_all();
  void pin_next_hops(const config::Model& model);
  const NextHop& gateway_hop(RealmId realm, const IpAddress& destination) const {
    return gateway_hops_[index_of(realm)][size_t(destination.family())];
  }

  bool admits_multicast(const RealmFace& face, const wire::Frame& frame) const;
  Reason on_arp(RealmId realm, const wire::Frame& frame, std::span<const uint8_t> bytes, Instant now);
  Reason on_icmp(RealmId realm, const wire::Frame& frame, std::span<const uint8_t> bytes, Instant now);
  Reason on_echo_request(RealmId realm, const wire::Frame& frame, const wire::Icmp& icmp, Instant now);
  Reason on_error(RealmId realm, const wire::Icmp& icmp, Instant now);
  Reason on_solicitation(RealmId realm, const wire::Frame& frame, const wire::Ndp& ndp, Instant now);
  Reason on_advertisement(RealmId realm, const wire::Frame& frame, const wire::Ndp& ndp, Instant now);
  void answer_arp(RealmId realm, const wire::Arp& request);
  void answer_solicitation(RealmId realm, const wire::Frame& frame, const wire::Ndp& ndp);

  /// True when `address` may be somebody else's in this realm; an address of ours is a conflict.
  bool may_be_neighbour(RealmId realm, const IpAddress& address, const MacAddress& mac, Instant now);
  /// On this worker, and told to the others.
  void hear(const Learned& event, bool remember, Instant now);
  void believe(const Learned& event, bool remember, Instant now);
  wire::IpPath path_back(const RealmFace& face, const wire::Frame& frame) const;

  HostSink& sink_;
  std::vector<RealmFace> faces_;
  std::vector<Meters> meters_;
  std::vector<Instant> defended_;  // when a realm last defended an address
  NeighbourTable neighbours_;
  std::vector<std::array<NextHop, 2>> gateway_hops_;  // by realm and family; most packets go there
  std::vector<uint8_t> scratch_;
  Instant announce_again_ = Instant::never();
  const meter::Gcra echo_limit_, unreachable_limit_, error_limit_, learned_limit_;
};

}  // namespace sbc::host
