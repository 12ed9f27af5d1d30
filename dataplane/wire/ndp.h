// Neighbour discovery: solicitations and advertisements (RFC 4861).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "config/types/address.h"
#include "config/types/result.h"
#include "dataplane/wire/icmp.h"

namespace sbc::wire {

struct Ndp {
  enum class Kind : uint8_t { solicitation = 135, advertisement = 136 };
  Kind kind = Kind::solicitation;
  bool router = false, solicited = false, override_flag = false;  // of an advertisement
  IpAddress target;
  std::optional<MacAddress> link_layer;  // the sender's (source or target link-layer address option)
};

/// `icmp.is_neighbour_discovery()`. Holds the message to RFC 4861 7.1.1 and 7.1.2; fails with ndp_bad.
Result<Ndp> parse_ndp(const Frame& frame, const Icmp& icmp);

/// The whole frame, in `out` (at least ndp_frame_max). The path's ttl is set to 255 here.
inline constexpr size_t ndp_frame_max = ethernet_size + vlan_tag_size + ipv6_size + 32;
std::span<uint8_t> write_ndp(std::span<uint8_t> out, IpPath path, const Ndp& ndp);

/// ff02::1:ffXX:XXXX (RFC 4291 2.7.1).
IpAddress solicited_node(const IpAddress& address);
/// ff02::1.
IpAddress all_nodes();
/// 33:33:… (RFC 2464 7).
MacAddress multicast_mac(const IpAddress& group);

}  // namespace sbc::wire
