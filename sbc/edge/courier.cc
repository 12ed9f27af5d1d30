#include "sbc/edge/courier.h"

#include <algorithm>
#include <cstring>

#include "config/model/packet_buffers.h"

namespace sbc::edge {
namespace {

std::vector<MacAddress> macs_of(const config::Model& model, const worker::Crew& crew) {
  std::vector<MacAddress> macs;
  for (const config::Realm& realm : model.realms) macs.push_back(crew.port(realm.port).mac());
  return macs;
}

/// Packets that wait for next hops, which strangers may name, never hold more than a part of the pool.
host::HostLimits host_limits(const worker::Crew& crew) {
  host::HostLimits limits;
  limits.held_max = std::min(limits.held_max, crew.pool().capacity() / (config::held_share * crew.workers()));
  return limits;
}

rte_mbuf* packet_of(uint64_t handle) { return reinterpret_cast<rte_mbuf*>(uintptr_t(handle)); }
uint64_t handle_of(rte_mbuf* packet) { return uint64_t(reinterpret_cast<uintptr_t>(packet)); }

host::NextHop next_hop_of(uint64_t bits) { return {uint32_t(bits), uint32_t(bits >> 32)}; }
uint64_t bits_of(const host::NextHop& hop) { return uint64_t(hop.generation) << 32 | hop.index; }

/// Makes the buffer hold exactly these bytes of its own memory.
void set_data(rte_mbuf* packet, std::span<const uint8_t> bytes) {
  packet->data_off = uint16_t(bytes.data() - static_cast<uint8_t*>(packet->buf_addr));
  packet->data_len = uint16_t(bytes.size());
  packet->pkt_len = uint32_t(bytes.size());
}

std::span<uint8_t> room_of(rte_mbuf* packet) {
  return {static_cast<uint8_t*>(packet->buf_addr), packet->buf_len};
}

bool is_v6(std::span<const uint8_t> ip) { return ip[0] >> 4 == 6; }

IpAddress destination_of(std::span<const uint8_t> ip) {
  if (!is_v6(ip)) return IpAddress::v4(load_be32(&ip[16]));
  IpAddress address;
  std::copy_n(&ip[24], address.bytes.size(), address.bytes.begin());
  return address;
}

}  // namespace

Courier::Courier(const config::Model& model, worker::Crew& crew, worker::Transmit& transmit,
                 Exchange& exchange, Reporter& reporter, Random& random, Instant now)
    : model_(model),
      crew_(crew),
      transmit_(transmit),
      exchange_(exchange),
      reporter_(reporter),
      host_(model, macs_of(model, crew), host_limits(crew), HashKey{random.next(), random.next()}, now,
            *this) {
  learned_.reserve(events_max);
  learned_taken_.reserve(events_max);
  undelivered_.reserve(events_max);
  undelivered_taken_.reserve(events_max);
}

void Courier::send_datagram(const Transport& transport, std::string_view payload, Instant now) {
  const config::Realm& realm = model_.realms[index_of(transport.realm)];
  const port::Port& port = crew_.port(realm.port);
  wire::UdpPath path;
  path.ip.ethernet = {{}, port.mac(), realm.vlan};
  path.ip.source = transport.local.address;
  path.ip.destination = transport.remote.address;
  path.ip.dscp = realm.signalling_dscp;
  path.source_port = transport.local.port;
  path.destination_port = transport.remote.port;
  size_t ip_size = wire::ip_header_size(path.ip) + wire::udp_size + payload.size();
  if (ip_size > port.mtu()) return exchange_.drops.add(transport.realm, Reason::packet_too_big);
  rte_mbuf* packet = transmit_.allocate(transport.realm);
  if (packet == nullptr) return;
  std::span<uint8_t> room = room_of(packet);
  SBC_CHECK(room.size() >= wire::udp_headers_max + payload.size());
  std::memcpy(room.data() + wire::udp_headers_max, payload.data(), payload.size());
  set_data(packet, wire::write_udp_frame(room, wire::udp_headers_max, payload.size(), path));
  forward(packet, transport.realm, transport.remote.address, now);
}

void Courier::send_packet(rte_mbuf* packet, std::span<uint8_t> ip, RealmId realm_id, Instant now,
                          uint64_t& hop) {
  const config::Realm& realm = model_.realms[index_of(realm_id)];
  const port::Port& port = crew_.port(realm.port);
  if (ip.size() > port.mtu()) return transmit_.drop(packet, realm_id, Reason::packet_too_big);
  const size_t header = wire::ethernet_header_size(realm.vlan);
  SBC_CHECK(ip.data() >= room_of(packet).data() + header);
  const MacAddress* mac = host_.lookup(next_hop_of(hop), now);
  const bool v6 = is_v6(ip);
  const wire::Ethernet ethernet{mac ? *mac : MacAddress{}, port.mac(), realm.vlan};
  uint8_t* frame =
      wire::write_ethernet(ip.data(), ethernet, v6 ? wire::ethertype_ipv6 : wire::ethertype_ipv4);
  set_data(packet, {frame, header + ip.size()});
  packet->ol_flags = 0;
  if (mac) return transmit_.send(realm.port, packet, realm_id);
  hop = bits_of(forward(packet, realm_id, destination_of(ip), now));
}

host::NextHop Courier::forward(rte_mbuf* frame, RealmId realm, const IpAddress& destination, Instant now) {
  host::Host::Found next_hop = host_.lookup(realm, destination, now);
  if (next_hop.mac != nullptr) {
    send(frame, realm, *next_hop.mac);
    return next_hop.hop;
  }
  Reason reason = next_hop.reason;
  if (reason == Reason::none) reason = host_.hold(realm, destination, handle_of(frame), now);
  if (reason != Reason::none) transmit_.drop(frame, realm, reason);
  return next_hop.hop;
}

void Courier::send(rte_mbuf* frame, RealmId realm, const MacAddress& mac) {
  std::memcpy(rte_pktmbuf_mtod(frame, uint8_t*), mac.bytes.data(), mac.bytes.size());
  transmit_.send(model_.realms[index_of(realm)].port, frame, realm);
}

std::span<const host::Learned> Courier::take_learned() {
  learned_taken_.swap(learned_);
  learned_.clear();
  return learned_taken_;
}

std::span<const Undelivered> Courier::take_undelivered() {
  undelivered_taken_.swap(undelivered_);
  undelivered_.clear();
  return undelivered_taken_;
}

void Courier::emit(RealmId realm, std::span<const uint8_t> frame) {
  rte_mbuf* packet = transmit_.allocate(realm);
  if (packet == nullptr) return;
  char* data = rte_pktmbuf_append(packet, uint16_t(frame.size()));
  SBC_CHECK(data != nullptr);
  std::memcpy(data, frame.data(), frame.size());
  transmit_.send(model_.realms[index_of(realm)].port, packet, realm);
}

void Courier::release(uint64_t packet, RealmId realm, const MacAddress& mac) {
  send(packet_of(packet), realm, mac);
}

/// The peer behind the packet is out of reach: whoever sent it should hear now, not at its timeout.
void Courier::discard(uint64_t handle, RealmId realm, Reason reason) {
  rte_mbuf* packet = packet_of(handle);
  std::span<const uint8_t> bytes{rte_pktmbuf_mtod(packet, const uint8_t*), rte_pktmbuf_data_len(packet)};
  Result<wire::Frame> frame = wire::parse_frame(bytes, {true, true});
  if (frame && frame->protocol == wire::Protocol::udp)
    unreachable({realm, frame->from(), frame->to(), wire::IcmpError::unreachable, 0,
                 wire::read_mark(bytes.subspan(frame->transport_offset, wire::udp_size))});
  transmit_.drop(packet, realm, reason);
}

/// Only what says that nobody is there: anything else (too big, time exceeded, …) may pass, and is easier to
/// forge than to use.
void Courier::unreachable(const host::Unreachable& event) {
  bool gone = event.error == wire::IcmpError::port_unreachable || event.error == wire::IcmpError::unreachable;
  if (!gone || undelivered_.size() == events_max) return;
  undelivered_.push_back({{TransportKind::udp, event.realm, event.local, event.remote, 0, 0}, event.mark});
}

void Courier::learned(const host::Learned& event) {
  if (learned_.size() < events_max) learned_.push_back(event);
}

void Courier::noticed(const host::Notice& event) {
  call::LogRecord record;
  record.realm = event.realm;
  record.peer.address = event.address;
  switch (event.kind) {
    case host::Notice::Kind::next_hop_lost:
      record.severity = call::Severity::warning;
      record.text =
          std::string_view("next hop stopped answering ARP or NDP; its last MAC address stays in use");
      break;
    case host::Notice::Kind::next_hop_back:
      record.text = std::string_view("next hop answers again");
      break;
    case host::Notice::Kind::address_conflict:
      record.severity = call::Severity::error;
      record.text = std::string_view("another host claims this address of ours");
      break;
  }
  reporter_.log(record);
}

}  // namespace sbc::edge
