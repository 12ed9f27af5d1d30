// Rewriting a UDP packet for its way out: new addresses and ports, and nothing of the old IP header survives,
// so that neither TTL nor identification tells of the other side's hosts.
//
// The payload stays where it is; the headers are written in front of it, whatever the families are.
#pragma once

#include <cstdint>
#include <span>

#include "dataplane/wire/frame.h"

namespace sbc::media {

/// A packet in its buffer, with the room around it that a rewrite may grow into.
struct PacketBuffer {
  uint8_t* data =
      nullptr;  // first byte: of the Ethernet header when it came in, of the IP header when it leaves
  uint32_t size = 0;
  uint32_t headroom = 0;  // writable bytes in front of data
  uint32_t tailroom = 0;  // writable bytes behind data + size

  /// Moves both ends; the room around follows.
  void become(uint8_t* begin, uint32_t length);
};

/// As they stand in a packet: network order, 4 or 16 bytes an address.
struct Egress {
  bool v6 = false;
  const void* source = nullptr;
  const void* destination = nullptr;
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint8_t dscp = 0;
};

inline constexpr uint8_t fresh_ttl = 64;

/// The payload leaves as it is: the UDP checksum is corrected by what changed (RFC 1624), so damage on the
/// way in stays visible. A packet without checksum keeps none, except toward IPv6 (RFC 8200 section 8.1).
void rewrite_headers(PacketBuffer& packet, const wire::Frame& frame, const Egress& egress);

/// The same of a packet without IPv4 options or IPv6 extension headers, `v6` as it came in, by its UDP
/// header's place: returns its first byte. In front of `udp` there is room for the egress's IP header.
uint8_t* rewrite_headers(uint8_t* udp, bool v6, const Egress& egress);

/// Puts another payload in; the UDP checksum is computed whole. It must fit into the packet's tailroom.
void replace_payload(PacketBuffer& packet, const wire::Frame& frame, const Egress& egress,
                     std::span<const uint8_t> payload);

}  // namespace sbc::media
