// ICMP for both families: checked messages, echo, and errors with what they quote (RFC 792, RFC 4443).
#pragma once

#include <cstdint>
#include <span>

#include "config/types/address.h"
#include "config/types/result.h"
#include "dataplane/wire/build.h"
#include "dataplane/wire/datagram_mark.h"
#include "dataplane/wire/frame.h"

namespace sbc::wire {

inline constexpr size_t icmp_header_size = 8;

/// A message whose checksum is right.
struct Icmp {
  Family family = Family::v4;
  uint8_t type = 0, code = 0;
  uint32_t rest_of_header = 0;       // identifier and sequence, MTU, …
  std::span<const uint8_t> message;  // all of it
  std::span<const uint8_t> body() const { return message.subspan(icmp_header_size); }

  bool is_echo_request() const { return type == (family == Family::v4 ? 8 : 128) && code == 0; }
  bool is_neighbour_discovery() const { return family == Family::v6 && (type == 135 || type == 136); }
  /// That something we sent did not arrive. Source quench (RFC 6633) and redirects, which we never heed, are
  /// none.
  bool is_error() const;
};
/// `frame` is what parse_frame() found in `bytes`. Fails with icmp_bad.
Result<Icmp> parse_icmp(const Frame& frame, std::span<const uint8_t> bytes);

enum class IcmpError : uint8_t { port_unreachable, unreachable, too_big, other };

/// An error and the UDP packet that it is about: `source` was ours.
struct QuotedUdp {
  IcmpError error = IcmpError::other;
  uint32_t mtu = 0;  // with too_big; 0 = not told
  Endpoint source, destination;
  DatagramMark mark;
};
/// `icmp.is_error()`. icmp_bad when the quotation is too short to tell, or not of an unfragmented UDP packet.
Result<QuotedUdp> parse_quoted_udp(const Icmp& icmp);

/// The echo reply to `request`, whole frame, in `out`; empty where it does not fit.
std::span<uint8_t> write_echo_reply(std::span<uint8_t> out, const IpPath& path, const Icmp& request);

/// "Port unreachable" about the IP packet `refused`, quoting as much of it as RFC 1812 4.3.2.3 (576 bytes in
/// all) or RFC 4443 2.4 (c) (1,280) let. `out` has room for ethernet_size + vlan_tag_size + 1280.
std::span<uint8_t> write_port_unreachable(std::span<uint8_t> out, const IpPath& path,
                                          std::span<const uint8_t> refused);

/// Puts the checksum into an ICMP message of either family.
void seal_icmp(std::span<uint8_t> message, const IpPath& path);

}  // namespace sbc::wire
