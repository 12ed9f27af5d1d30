#include "dataplane/host/host.h"

#include <algorithm>

#include "config/types/check.h"

namespace sbc::host {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress broadcast{{255, 255, 255, 255, 255, 255}};
constexpr Duration announce_interval = 2s;  // RFC 5227 1.1: ANNOUNCE_INTERVAL
constexpr size_t frame_overhead = wire::ethernet_size + wire::vlan_tag_size;
constexpr size_t frame_min = frame_overhead + 1500;

size_t largest_frame(const config::Model& model) {
  size_t largest = frame_min;
  for (const auto& port : model.ports) largest = std::max(largest, frame_overhead + port.mtu);
  return largest;
}

std::vector<RealmFace> faces_of(const config::Model& model, std::span<const MacAddress> macs) {
  SBC_CHECK(macs.size() == model.realms.size());
  std::vector<RealmFace> faces;
  for (size_t i = 0; i < macs.size(); ++i) faces.emplace_back(model.realms[i], macs[i]);
  return faces;
}

NeighbourTable::Config table_config(const config::Model& model, const HostLimits& limits,
                                    const HashKey& key) {
  return {unsigned(model.realms.size()), model.limits.neighbours_max, limits, key};
}

}  // namespace

Host::Host(const config::Model& model, std::span<const MacAddress> macs, const HostLimits& limits,
           const HashKey& key, Instant start, HostSink& sink)
    : sink_(sink),
      faces_(faces_of(model, macs)),
      meters_(macs.size()),
      defended_(macs.size(), Instant{std::numeric_limits<int64_t>::min() / 2}),
      neighbours_(table_config(model, limits, key), start, *this, sink),
      gateway_hops_(macs.size()),
      scratch_(largest_frame(model)),
      echo_limit_(meter::Gcra::of(limits.echo_rate)),
      unreachable_limit_(meter::Gcra::of(limits.unreachable_rate)),
      error_limit_(meter::Gcra::of(limits.error_rate)),
      learned_limit_(meter::Gcra::of(limits.learned_rate)) {
  pin_next_hops(model);
}

/// Gateways and trunk peers: what calls depend on is not pushed out by strangers.
void Host::pin_next_hops(const config::Model& model) {
  auto pin = [&](RealmId realm, const IpAddress& destination) {
    auto hop = face(realm).next_hop(destination);
    return hop ? neighbours_.pin(realm, *hop) : NextHop{};
  };
  for (size_t i = 0; i < model.realms.size(); ++i) {
    for (const IpAddress& gateway : {model.realms[i].gateway_v4, model.realms[i].gateway_v6})
      if (!gateway.is_none()) gateway_hops_[i][size_t(gateway.family())] = pin(RealmId(i), gateway);
  }
  for (const auto& trunk : model.trunks) {
    for (const auto& peer : trunk.peers)
      if (!peer.is_host()) pin(trunk.realm, peer.endpoint.address);
  }
}

Host::Found Host::lookup(RealmId realm, const IpAddress& destination, Instant now) {
  const RealmFace& own = face(realm);
  if (own.is_beyond_gateway(destination)) {
    const NextHop& gateway = gateway_hop(realm, destination);
    if (const MacAddress* mac = neighbours_.use(gateway, now)) return {gateway, mac, Reason::none};
  }
  auto hop = own.next_hop(destination);
  if (!hop) return {{}, nullptr, hop.reason()};
  return neighbours_.use(realm, *hop, now);
}

Reason Host::hold(RealmId realm, const IpAddress& destination, uint64_t packet, Instant now) {
  Found found = lookup(realm, destination, now);
  if (found.reason != Reason::none) return found.reason;
  if (found.mac == nullptr) return neighbours_.hold(found.hop, packet);
  sink_.release(packet, realm, *found.mac);
  return Reason::none;
}

void Host::on_time(Instant now) {
  neighbours_.on_time(now);
  if (now < announce_again_) return;
  announce_again_ = Instant::never();
  announce_all();
}

Instant Host::next_deadline() const { return std::min(neighbours_.next_deadline(), announce_again_); }

void Host::announce(Instant now) {
  announce_all();
  announce_again_ = now + announce_interval;
}

void Host::announce_all() {
  for (size_t i = 0; i < faces_.size(); ++i) {
    for (const auto& own : faces_[i].addresses()) announce_address(RealmId(i), own.address);
  }
}

Reason Host::admit(RealmId realm, const wire::Frame& frame) const {
  const RealmFace& own = face(realm);
  bool to_many = wire::is_multicast(frame.destination_mac);
  if (!to_many && frame.destination_mac != own.mac()) return Reason::frame_not_for_us;
  if (frame.protocol == wire::Protocol::arp) return Reason::none;
  // Who is on none of our links is neither us nor all of a link.
  const bool near = own.is_connected(frame.source);
  if (near && (own.is_ours(frame.source) || own.is_broadcast(frame.source))) return Reason::ip_source_bad;
  if (own.is_ours(frame.destination)) {
    // RFC 1122 3.3.6: a broadcast frame with a unicast packet; only NDP has such (RFC 4861 7.2.8 leaves it
    // open).
    bool odd = to_many && frame.protocol != wire::Protocol::icmpv6;
    return odd ? Reason::frame_not_for_us : Reason::none;
  }
  return admits_multicast(own, frame) ? Reason::none : Reason::ip_not_for_us;
}

bool Host::admits_multicast(const RealmFace& own, const wire::Frame& frame) const {
  if (frame.protocol != wire::Protocol::icmpv6) return false;
  if (frame.destination == wire::all_nodes()) return true;
  return std::any_of(own.addresses().begin(), own.addresses().end(), [&](const auto& address) {
    return !address.address.is_v4() && wire::solicited_node(address.address) == frame.destination;
  });
}

Reason Host::on_frame(RealmId realm, const wire::Frame& frame, std::span<const uint8_t> bytes, Instant now) {
  switch (frame.protocol) {
    case wire::Protocol::arp:
      return on_arp(realm, frame, bytes, now);
    case wire::Protocol::icmp:
    case wire::Protocol::icmpv6:
      return on_icmp(realm, frame, bytes, now);
    case wire::Protocol::udp:
      break;
  }
  return refuse_port(realm, frame, bytes, now);
}

void Host::on_learned(const Learned& event, Instant now) { believe(event, false, now); }

void Host::believe(const Learned& event, bool remember, Instant now) {
  if (event.answer) {
    neighbours_.on_answer(event.realm, event.address, event.mac, now);
  } else {
    neighbours_.on_claim(event.realm, event.address, event.mac, remember, now);
  }
}

void Host::hear(const Learned& event, bool remember, Instant now) {
  believe(event, remember, now);
  if (meters_[index_of(event.realm)].learned.conforms(learned_limit_, now)) sink_.learned(event);
}

bool Host::may_be_neighbour(RealmId realm, const IpAddress& address, const MacAddress& mac, Instant now) {
  const RealmFace& own = face(realm);
  if (!own.is_ours(address)) {
    bool link = own.is_connected(address) || own.is_gateway(address);
    return link && !own.is_broadcast(address) && mac != own.mac();
  }
  constexpr Duration defend_interval = 10s;  // RFC 5227 2.4 (c)
  Instant& defended = defended_[index_of(realm)];
  if (mac == own.mac() || now - defended < defend_interval) return false;
  defended = now;
  sink_.noticed({Notice::Kind::address_conflict, realm, address, mac});
  announce_address(realm, address);
  return false;
}

wire::IpPath Host::path_back(const RealmFace& own, const wire::Frame& frame) const {
  return {{frame.source_mac, own.mac(), own.vlan()}, frame.destination, frame.source};
}

void Host::ask(RealmId realm, const IpAddress& address, const MacAddress* known) {
  if (address.is_v4()) {
    ask_arp(realm, address, known);
  } else {
    ask_ndp(realm, address, known);
  }
}

void Host::announce_address(RealmId realm, const IpAddress& address) {
  const RealmFace& own = face(realm);
  if (address.is_v4()) {
    wire::Arp arp{wire::Arp::Operation::request, own.mac(), {}, address, address};
    sink_.emit(realm, wire::write_arp(scratch_, {broadcast, own.mac(), own.vlan()}, arp));
    return;
  }
  IpAddress group = wire::all_nodes();
  wire::IpPath path{{wire::multicast_mac(group), own.mac(), own.vlan()}, address, group};
  wire::Ndp ndp{wire::Ndp::Kind::advertisement, false, false, true, address, own.mac()};
  sink_.emit(realm, wire::write_ndp(scratch_, path, ndp));
}

}  // namespace sbc::host
