// Builders: headers written in front of a payload that is already in place, so nothing is copied.
//
// IPv4 packets carry DF and identification 0 (RFC 6864 4.1: atomic datagrams); flow labels are 0.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "config/types/address.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/wire/frame.h"

namespace sbc::wire {

struct Ethernet {
  MacAddress destination, source;
  uint16_t vlan = 0;  // 0 = untagged
};

/// Source and destination are of one family.
struct IpPath {
  Ethernet ethernet;
  IpAddress source, destination;
  uint8_t ttl = 64;
  uint8_t dscp = 0;
};

struct UdpPath {
  IpPath ip;
  uint16_t source_port = 0, destination_port = 0;
};

/// What the NIC computes on the way out. The IPv4 checksum field is then zero, the UDP one holds the sum of
/// the pseudo-header, as DPDK asks for.
struct Offload {
  bool ip = false;
  bool udp = false;
};

constexpr size_t ethernet_header_size(uint16_t vlan) { return ethernet_size + (vlan ? vlan_tag_size : 0); }
inline size_t ip_header_size(const IpPath& path) { return path.source.is_v4() ? ipv4_size : ipv6_size; }
inline size_t udp_headers_size(const UdpPath& path) {
  return ethernet_header_size(path.ip.ethernet.vlan) + ip_header_size(path.ip) + udp_size;
}

/// Writes Ethernet, IP and UDP headers in front of buffer[payload_offset, +payload_length); payload_offset
/// must be at least udp_headers_size(). Returns the frame, which ends with the payload.
std::span<uint8_t> write_udp_frame(std::span<uint8_t> buffer, size_t payload_offset, size_t payload_length,
                                   const UdpPath& path, Offload offload = {});

/// The same for any other protocol: Ethernet and IP only.
std::span<uint8_t> write_ip_frame(std::span<uint8_t> buffer, size_t payload_offset, size_t payload_length,
                                  const IpPath& path, uint8_t protocol, bool offload_checksum = false);

/// The Ethernet header in front of `payload`, where there is room for it. Returns its first byte.
inline uint8_t* write_ethernet(uint8_t* payload, const Ethernet& ethernet, uint16_t ethertype) {
  uint8_t* at = payload - ethernet_header_size(ethernet.vlan);
  std::memcpy(at, ethernet.destination.bytes.data(), 6);
  std::memcpy(at + 6, ethernet.source.bytes.data(), 6);
  if (ethernet.vlan) {
    store_be16(at + 12, ethertype_vlan);
    store_be16(at + 14, ethernet.vlan & 0x0fff);
  }
  store_be16(payload - 2, ethertype);
  return at;
}

/// Ethernet only.
std::span<uint8_t> write_ethernet_frame(std::span<uint8_t> buffer, size_t payload_offset,
                                        size_t payload_length, const Ethernet& ethernet, uint16_t ethertype);

}  // namespace sbc::wire
