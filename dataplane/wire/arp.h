// ARP for IPv4 over Ethernet (RFC 826, RFC 5227).
#pragma once

#include <cstdint>
#include <span>

#include "config/types/address.h"
#include "config/types/result.h"
#include "dataplane/wire/build.h"

namespace sbc::wire {

struct Arp {
  enum class Operation : uint8_t { request = 1, reply = 2 };
  Operation operation = Operation::request;
  MacAddress sender_mac, target_mac;
  IpAddress sender, target;

  /// Asks whether an address is taken, by a host that has none yet (RFC 5227 1.1).
  bool is_probe() const { return sender == IpAddress::v4(0); }
  /// Tells everybody (gratuitous).
  bool is_announcement() const { return sender == target; }
};

inline constexpr size_t arp_size = 28;

/// Padding behind the packet is ignored. Senders must be unicast, in both address spaces.
Result<Arp> parse_arp(std::span<const uint8_t> packet);

/// The whole frame, in `out` (at least ethernet_size + vlan_tag_size + arp_size).
std::span<uint8_t> write_arp(std::span<uint8_t> out, const Ethernet& ethernet, const Arp& arp);

}  // namespace sbc::wire
