#include "bench/calls/links.h"

#include <array>
#include <cstring>

#include "dataplane/wire/arp.h"
#include "dataplane/wire/build.h"

namespace sbc::bench {
namespace {

/// Of every neighbour: locally administered, and the last four bytes of its address.
MacAddress mac_of(const IpAddress& address) {
  return {{2, 0, address.bytes[12], address.bytes[13], address.bytes[14], address.bytes[15]}};
}

}  // namespace

rte_mbuf* Links::allocate() {
  rte_mbuf* packet = border_.pool().allocate();
  SBC_CHECK(packet != nullptr);
  return packet;
}

void Links::arrive(Side side, rte_mbuf* packet) {
  bool taken = border_.arrive(side, packet);
  SBC_CHECK(taken);  // the peers' window is far smaller than the ring
}

void Links::send(Side side, const Endpoint& from, const Endpoint& to, std::string_view payload) {
  rte_mbuf* packet = allocate();
  std::span<uint8_t> room{static_cast<uint8_t*>(packet->buf_addr), packet->buf_len};
  std::memcpy(room.data() + wire::udp_headers_max, payload.data(), payload.size());
  wire::UdpPath path;
  path.ip.ethernet = {border_.mac(side), mac_of(from.address), 0};
  path.ip.source = from.address;
  path.ip.destination = to.address;
  path.source_port = from.port;
  path.destination_port = to.port;
  auto frame = wire::write_udp_frame(room, wire::udp_headers_max, payload.size(), path);
  packet->data_off = uint16_t(frame.data() - room.data());
  packet->data_len = uint16_t(frame.size());
  packet->pkt_len = uint32_t(frame.size());
  arrive(side, packet);
}

bool Links::receive(Peers& peers) {
  bool any = false;
  for (Side side : {Side::caller, Side::callee}) {
    for (unsigned i = 0; i < burst; ++i) {
      rte_mbuf* packet = border_.sent(side);
      if (packet == nullptr) break;
      any = true;
      take(side, {rte_pktmbuf_mtod(packet, const uint8_t*), rte_pktmbuf_data_len(packet)}, peers);
      rte_pktmbuf_free(packet);
    }
  }
  return any;
}

void Links::take(Side side, std::span<const uint8_t> bytes, Peers& peers) {
  auto frame = wire::parse_frame(bytes);
  SBC_CHECK(frame);
  if (frame->protocol == wire::Protocol::arp) return answer_arp(side, *frame, bytes);
  if (frame->protocol != wire::Protocol::udp) return;
  auto payload = frame->payload(bytes);
  peers.on_datagram(side, frame->to(), {reinterpret_cast<const char*>(payload.data()), payload.size()});
}

void Links::answer_arp(Side side, const wire::Frame& frame, std::span<const uint8_t> bytes) {
  auto arp = wire::parse_arp(frame.payload(bytes));
  SBC_CHECK(arp);
  if (arp->operation != wire::Arp::Operation::request || arp->is_announcement()) return;
  std::array<uint8_t, 64> room;
  MacAddress mac = mac_of(arp->target);
  auto reply = wire::write_arp(room, {arp->sender_mac, mac, 0},
                               {wire::Arp::Operation::reply, mac, arp->sender_mac, arp->target, arp->sender});
  rte_mbuf* packet = allocate();
  std::memcpy(rte_pktmbuf_append(packet, uint16_t(reply.size())), reply.data(), reply.size());
  arrive(side, packet);
}

}  // namespace sbc::bench
