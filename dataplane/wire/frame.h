// Frame: where everything is in a received Ethernet frame, found and checked in one pass (RFC 791, 8200, 768,
// 802.1Q).
//
// Pure views: offsets into the bytes given to parse_frame(), which may end with Ethernet padding. What only a
// host knows (is it for us, does the source claim to be us) is dataplane/host's to judge.
#pragma once

#include <cstdint>
#include <span>

#include "config/types/address.h"
#include "config/types/result.h"

namespace sbc::wire {

inline constexpr size_t ethernet_size = 14;
inline constexpr size_t vlan_tag_size = 4;
inline constexpr size_t ipv4_size = 20;  // without options, which we neither take nor write
inline constexpr size_t ipv6_size = 40;
inline constexpr size_t udp_size = 8;
/// The most that stands before a UDP payload.
inline constexpr size_t udp_headers_max = ethernet_size + vlan_tag_size + ipv6_size + udp_size;

inline constexpr uint16_t ethertype_ipv4 = 0x0800;
inline constexpr uint16_t ethertype_arp = 0x0806;
inline constexpr uint16_t ethertype_vlan = 0x8100;
inline constexpr uint16_t ethertype_ipv6 = 0x86dd;
inline constexpr uint8_t protocol_icmp = 1;
inline constexpr uint8_t protocol_udp = 17;
inline constexpr uint8_t protocol_icmpv6 = 58;

enum class Protocol : uint8_t { arp, udp, icmp, icmpv6 };

struct Frame {
  MacAddress destination_mac, source_mac;
  uint16_t vlan = 0;  // 0 = untagged, or tagged for priority only
  Protocol protocol = Protocol::arp;
  // Of IP; not set for ARP.
  IpAddress source, destination;
  uint8_t ttl = 0;  // or hop limit
  uint8_t dscp = 0;
  // Of UDP.
  uint16_t source_port = 0, destination_port = 0;

  uint16_t ip_offset = 0;         // of the ARP packet for ARP
  uint16_t transport_offset = 0;  // of the UDP header or the ICMP message
  uint16_t payload_offset = 0;    // of UDP's payload, the whole ICMP message, the ARP packet
  uint16_t payload_length = 0;

  friend bool operator==(const Frame&, const Frame&) = default;

  Endpoint from() const { return {source, source_port}; }
  Endpoint to() const { return {destination, destination_port}; }
  std::span<const uint8_t> payload(std::span<const uint8_t> frame) const {
    return frame.subspan(payload_offset, payload_length);
  }
};

/// What the NIC found right already.
struct Verified {
  bool ip = false;   // the IPv4 header checksum
  bool udp = false;  // the UDP checksum
};

/// ICMP checksums, which no NIC verifies, are left to parse_icmp().
Result<Frame> parse_frame(std::span<const uint8_t> bytes, Verified verified = {});

/// The same into `frame`, of what is known to be UDP in whole, without a VLAN tag, IP options or extension
/// headers.
void read_udp_frame(std::span<const uint8_t> bytes, Frame& frame);
/// Of UDP: whether its checksum adds up. IPv4 may do without, IPv6 may not (RFC 8200 8.1).
bool has_valid_checksum(std::span<const uint8_t> bytes, const Frame& frame);

constexpr bool is_multicast(const MacAddress& mac) { return (mac.bytes[0] & 1) != 0; }  // broadcast too

}  // namespace sbc::wire
