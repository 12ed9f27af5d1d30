// Rewriting a UDP packet for its way out: new addresses and ports, and nothing of the old IP header survives,
// so that neither TTL nor identification tells of the other side's hosts.
//
// The payload stays where it is; the headers are written in front of it, whatever the families are.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
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

  /// Writable bytes behind the payload.
  size_t tail_of(const wire::Frame& frame) const {
    return size - frame.payload_offset - frame.payload_length + tailroom;
  }
  /// The payload, and the writable bytes behind it.
  std::span<uint8_t> payload_room(const wire::Frame& frame) const {
    return {data + frame.payload_offset, frame.payload_length + tail_of(frame)};
  }
  /// Moves both ends; the room around follows.
  void become(uint8_t* begin, uint32_t length);
};

/// As they stand in a packet: network order.
inline uint32_t packed_v4(const IpAddress& address) {
  uint32_t packed;
  std::memcpy(&packed, address.bytes.data() + 12, sizeof packed);
  return packed;
}
constexpr uint16_t packed_port(uint16_t port) {
  return std::bit_cast<uint16_t>(std::array<uint8_t, 2>{uint8_t(port >> 8), uint8_t(port)});
}

/// As packed, with 4 or 16 bytes an address.
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

/// Of a payload that has changed and has so many bytes now; the UDP checksum is computed whole.
void rewrite_changed(PacketBuffer& packet, const wire::Frame& frame, const Egress& egress,
                     uint16_t payload_length);

/// The same of another payload, which is put in. It must fit into the packet's tailroom.
void replace_payload(PacketBuffer& packet, const wire::Frame& frame, const Egress& egress,
                     std::span<const uint8_t> payload);

}  // namespace sbc::media
