#include "dataplane/wire/frame.h"

#include <algorithm>

#include "dataplane/bytes/big_endian.h"
#include "dataplane/wire/checksum.h"

namespace sbc::wire {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr uint16_t more_fragments_and_offset = 0x3fff;

MacAddress mac_at(const uint8_t* at) {
  MacAddress mac;
  std::copy_n(at, mac.bytes.size(), mac.bytes.begin());
  return mac;
}

IpAddress ipv6_at(const uint8_t* at) {
  IpAddress address;
  std::copy_n(at, address.bytes.size(), address.bytes.begin());
  return address;
}

/// RFC 1122 3.2.1.3: none of these may be the source of a packet on a wire.
bool is_bad_ipv4_source(uint32_t bits) {
  uint32_t first = bits >> 24;
  return first == 0 || first == 127 || (first & 0xf0) == 0xe0 || bits == 0xffffffff;
}

bool is_ipv6_loopback(const IpAddress& address) {
  return address.bytes[15] == 1 &&
         std::all_of(address.bytes.begin(), address.bytes.end() - 1, [](uint8_t byte) { return byte == 0; });
}

/// A mapped address on the wire would pass for the IPv4 address that it holds.
bool is_bad_ipv6_source(const IpAddress& address, uint8_t next_header) {
  if (address.is_none())
    return next_header != protocol_icmpv6;  // duplicate address detection (RFC 4862 5.4.2)
  return address.is_v4() || address.is_multicast() || is_ipv6_loopback(address);
}

Reason parse_udp(Bytes bytes, size_t ip_payload_length, bool verified, Frame& frame) {
  const uint8_t* udp = bytes.data() + frame.transport_offset;
  if (ip_payload_length < udp_size) return Reason::udp_length_bad;
  uint16_t length = load_be16(udp + 4);
  if (length < udp_size || length > ip_payload_length) return Reason::udp_length_bad;
  frame.protocol = Protocol::udp;
  frame.source_port = load_be16(udp);
  frame.destination_port = load_be16(udp + 2);
  frame.payload_offset = uint16_t(frame.transport_offset + udp_size);
  frame.payload_length = uint16_t(length - udp_size);

  const bool sound =
      verified ? frame.source.is_v4() || load_be16(udp + 6) != 0 : has_valid_checksum(bytes, frame);
  return sound ? Reason::none : Reason::udp_checksum_bad;
}

Reason parse_transport(Bytes bytes, uint8_t protocol, size_t offset, size_t length, Verified verified,
                       Frame& frame) {
  frame.transport_offset = frame.payload_offset = uint16_t(offset);
  frame.payload_length = uint16_t(length);
  uint8_t icmp = frame.source.is_v4() ? protocol_icmp : protocol_icmpv6;
  if (protocol == protocol_udp) return parse_udp(bytes, length, verified.udp, frame);
  if (protocol != icmp) return Reason::ip_protocol_unknown;
  frame.protocol = frame.source.is_v4() ? Protocol::icmp : Protocol::icmpv6;
  return Reason::none;
}

Reason parse_ipv4(Bytes bytes, Verified verified, Frame& frame) {
  Bytes ip = bytes.subspan(frame.ip_offset);
  if (ip.size() < ipv4_size) return Reason::frame_truncated;
  size_t header = size_t(ip[0] & 15) * 4;
  size_t total = load_be16(&ip[2]);
  if (ip[0] >> 4 != 4 || header < ipv4_size || total < header) return Reason::ip_header_bad;
  if (total > ip.size()) return Reason::frame_truncated;
  if (!verified.ip && Checksum().add(ip.first(header)).sum() != 0xffff) return Reason::ip_checksum_bad;
  if (header > ipv4_size) return Reason::ip_options;
  if (load_be16(&ip[6]) & more_fragments_and_offset) return Reason::ip_fragment;
  uint32_t source = load_be32(&ip[12]);
  if (is_bad_ipv4_source(source)) return Reason::ip_source_bad;
  frame.source = IpAddress::v4(source);
  frame.destination = IpAddress::v4(load_be32(&ip[16]));
  frame.ttl = ip[8];
  frame.dscp = uint8_t(ip[1] >> 2);
  return parse_transport(bytes, ip[9], frame.ip_offset + header, total - header, verified, frame);
}

/// A next header that is neither ours nor an upper layer's is an extension header (RFC 8200 4).
Reason refuse_next_header(uint8_t next) {
  switch (next) {
    case 44:
      return Reason::ip_fragment;
    case 0:
    case 43:
    case 50:
    case 51:
    case 60:
    case 135:
    case 139:
    case 140:
      return Reason::ip_options;
    default:
      return Reason::ip_protocol_unknown;
  }
}

Reason parse_ipv6(Bytes bytes, Verified verified, Frame& frame) {
  Bytes ip = bytes.subspan(frame.ip_offset);
  if (ip.size() < ipv6_size) return Reason::frame_truncated;
  if (ip[0] >> 4 != 6) return Reason::ip_header_bad;
  size_t length = load_be16(&ip[4]);
  if (length > ip.size() - ipv6_size) return Reason::frame_truncated;
  uint8_t next = ip[6];
  frame.source = ipv6_at(&ip[8]);
  frame.destination = ipv6_at(&ip[24]);
  if (is_bad_ipv6_source(frame.source, next)) return Reason::ip_source_bad;
  if (frame.destination.is_v4()) return Reason::ip_not_for_us;  // mapped: nobody's address on a wire
  frame.ttl = ip[7];
  frame.dscp = uint8_t((load_be16(&ip[0]) >> 6) & 63);
  if (next != protocol_udp && next != protocol_icmpv6) return refuse_next_header(next);
  return parse_transport(bytes, next, frame.ip_offset + ipv6_size, length, verified, frame);
}

Reason parse_ethernet(Bytes bytes, Verified verified, Frame& frame) {
  constexpr size_t length_max = 0xffff;  // offsets are 16 bits
  if (bytes.size() < ethernet_size || bytes.size() > length_max) return Reason::frame_truncated;
  frame.destination_mac = mac_at(&bytes[0]);
  frame.source_mac = mac_at(&bytes[6]);
  uint16_t ethertype = load_be16(&bytes[12]);
  frame.ip_offset = ethernet_size;
  if (ethertype == ethertype_vlan) {
    if (bytes.size() < ethernet_size + vlan_tag_size) return Reason::frame_truncated;
    frame.vlan = load_be16(&bytes[14]) & 0x0fff;
    ethertype = load_be16(&bytes[16]);
    frame.ip_offset = ethernet_size + vlan_tag_size;
  }
  switch (ethertype) {
    case ethertype_ipv4:
      return parse_ipv4(bytes, verified, frame);
    case ethertype_ipv6:
      return parse_ipv6(bytes, verified, frame);
    case ethertype_arp:
      frame.transport_offset = frame.payload_offset = frame.ip_offset;
      frame.payload_length = uint16_t(bytes.size() - frame.ip_offset);
      return Reason::none;
    default:
      return Reason::ethertype_unknown;
  }
}

}  // namespace

bool has_valid_checksum(std::span<const uint8_t> bytes, const Frame& frame) {
  const uint8_t* udp = bytes.data() + frame.transport_offset;
  if (load_be16(udp + 6) == 0) return frame.source.is_v4();
  const uint16_t length = uint16_t(udp_size + frame.payload_length);
  Checksum checksum = pseudo_header(frame.source, frame.destination, protocol_udp, length);
  return checksum.add({udp, length}).sum() == 0xffff;
}

void read_udp_frame(std::span<const uint8_t> bytes, Frame& frame) {
  const bool v6 = load_be16(&bytes[12]) == ethertype_ipv6;
  const uint8_t* ip = &bytes[ethernet_size];
  const uint8_t* udp = ip + (v6 ? ipv6_size : ipv4_size);
  frame.destination_mac = mac_at(&bytes[0]);
  frame.source_mac = mac_at(&bytes[6]);
  frame.vlan = 0;
  frame.protocol = Protocol::udp;
  frame.source = v6 ? ipv6_at(ip + 8) : IpAddress::v4(load_be32(ip + 12));
  frame.destination = v6 ? ipv6_at(ip + 24) : IpAddress::v4(load_be32(ip + 16));
  frame.ttl = ip[v6 ? 7 : 8];
  frame.dscp = uint8_t(v6 ? (load_be16(ip) >> 6) & 63 : ip[1] >> 2);
  frame.source_port = load_be16(udp);
  frame.destination_port = load_be16(udp + 2);
  frame.ip_offset = ethernet_size;
  frame.transport_offset = uint16_t(udp - bytes.data());
  frame.payload_offset = uint16_t(frame.transport_offset + udp_size);
  frame.payload_length = uint16_t(load_be16(udp + 4) - udp_size);
}

Result<Frame> parse_frame(std::span<const uint8_t> bytes, Verified verified) {
  Frame frame;
  Reason reason = parse_ethernet(bytes, verified, frame);
  if (reason != Reason::none) return reason;
  return frame;
}

}  // namespace sbc::wire
