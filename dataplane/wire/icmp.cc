#include "dataplane/wire/icmp.h"

#include <algorithm>
#include <cstring>

#include "dataplane/bytes/big_endian.h"
#include "dataplane/wire/checksum.h"

namespace sbc::wire {
namespace {

constexpr size_t quote_packet_max_v4 = 576;
constexpr size_t quote_packet_max_v6 = 1280;

uint8_t protocol_of(const IpAddress& address) { return address.is_v4() ? protocol_icmp : protocol_icmpv6; }

Checksum start_checksum(const IpAddress& source, const IpAddress& destination, size_t length) {
  return source.is_v4() ? Checksum() : pseudo_header(source, destination, protocol_icmpv6, uint32_t(length));
}

IcmpError error_v4(const Icmp& icmp) {
  if (icmp.type != 3) return IcmpError::other;
  if (icmp.code == 3) return IcmpError::port_unreachable;
  return icmp.code == 4 ? IcmpError::too_big : IcmpError::unreachable;
}

IcmpError error_v6(const Icmp& icmp) {
  if (icmp.type == 2) return IcmpError::too_big;
  if (icmp.type != 1) return IcmpError::other;
  return icmp.code == 4 ? IcmpError::port_unreachable : IcmpError::unreachable;
}

/// Where the header of a quoted UDP packet is; 0 when it is no such packet, or not there whole (RFC 792
/// quotes 64 bits at least). Total lengths are not looked at: a quotation is cut off.
size_t quoted_udp_v4(std::span<const uint8_t> ip) {
  if (ip.size() < ipv4_size || ip[0] >> 4 != 4 || ip[9] != protocol_udp) return 0;
  if (load_be16(&ip[6]) & 0x1fff) return 0;  // not the first fragment
  size_t header = size_t(ip[0] & 15) * 4;
  return header >= ipv4_size && ip.size() >= header + udp_size ? header : 0;
}

size_t quoted_udp_v6(std::span<const uint8_t> ip) {
  bool udp = ip.size() >= ipv6_size + udp_size && ip[0] >> 4 == 6 && ip[6] == protocol_udp;
  return udp ? ipv6_size : 0;
}

std::span<uint8_t> write_icmp(std::span<uint8_t> out, const IpPath& path, uint8_t type, uint8_t code,
                              uint32_t rest_of_header, std::span<const uint8_t> body) {
  size_t offset = ethernet_header_size(path.ethernet.vlan) + ip_header_size(path);
  size_t length = icmp_header_size + body.size();
  if (out.size() < offset + length) return {};
  uint8_t* at = out.data() + offset;
  at[0] = type;
  at[1] = code;
  store_be32(at + 4, rest_of_header);
  if (!body.empty()) std::memcpy(at + icmp_header_size, body.data(), body.size());
  seal_icmp({at, length}, path);
  return write_ip_frame(out, offset, length, path, protocol_of(path.source));
}

}  // namespace

bool Icmp::is_error() const {
  if (family == Family::v6) return type < 128;
  return type == 3 || type == 11 || type == 12;
}

Result<Icmp> parse_icmp(const Frame& frame, std::span<const uint8_t> bytes) {
  std::span<const uint8_t> message = frame.payload(bytes);
  if (message.size() < icmp_header_size) return Reason::icmp_bad;
  Checksum checksum = start_checksum(frame.source, frame.destination, message.size());
  if (checksum.add(message).sum() != 0xffff) return Reason::icmp_bad;
  return Icmp{frame.source.family(), message[0], message[1], load_be32(&message[4]), message};
}

Result<QuotedUdp> parse_quoted_udp(const Icmp& icmp) {
  bool v4 = icmp.family == Family::v4;
  std::span<const uint8_t> ip = icmp.body();
  size_t udp = v4 ? quoted_udp_v4(ip) : quoted_udp_v6(ip);
  if (udp == 0) return Reason::icmp_bad;
  QuotedUdp quoted;
  quoted.error = v4 ? error_v4(icmp) : error_v6(icmp);
  if (quoted.error == IcmpError::too_big)
    quoted.mtu = v4 ? icmp.rest_of_header & 0xffff : icmp.rest_of_header;
  if (v4) {
    quoted.source.address = IpAddress::v4(load_be32(&ip[12]));
    quoted.destination.address = IpAddress::v4(load_be32(&ip[16]));
  } else {
    std::copy_n(&ip[8], 16, quoted.source.address.bytes.begin());
    std::copy_n(&ip[24], 16, quoted.destination.address.bytes.begin());
    // A mapped address would pass for the IPv4 address that it holds.
    if (quoted.source.address.is_v4() || quoted.destination.address.is_v4()) return Reason::icmp_bad;
  }
  quoted.source.port = load_be16(&ip[udp]);
  quoted.destination.port = load_be16(&ip[udp + 2]);
  quoted.mark = read_mark(ip.subspan(udp, udp_size));
  return quoted;
}

std::span<uint8_t> write_echo_reply(std::span<uint8_t> out, const IpPath& path, const Icmp& request) {
  return write_icmp(out, path, request.family == Family::v4 ? 0 : 129, 0, request.rest_of_header,
                    request.body());
}

std::span<uint8_t> write_port_unreachable(std::span<uint8_t> out, const IpPath& path,
                                          std::span<const uint8_t> refused) {
  bool v4 = path.source.is_v4();
  size_t packet_max = v4 ? quote_packet_max_v4 : quote_packet_max_v6;
  size_t quote = std::min(refused.size(), packet_max - ip_header_size(path) - icmp_header_size);
  return write_icmp(out, path, v4 ? 3 : 1, v4 ? 3 : 4, 0, refused.first(quote));
}

void seal_icmp(std::span<uint8_t> message, const IpPath& path) {
  store_be16(&message[2], 0);
  Checksum checksum = start_checksum(path.source, path.destination, message.size());
  store_be16(&message[2], checksum.add(message).value());
}

}  // namespace sbc::wire
