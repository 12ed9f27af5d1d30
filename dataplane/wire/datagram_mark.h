// DatagramMark: what of a UDP header only those know who have seen the datagram, or wrote it.
//
// Addresses and ports are no secret, so an ICMP error that quotes them proves nothing (RFC 5927 4). The
// checksum is 16 bits over all that the datagram holds: where that has random parts, who has not seen it must
// guess.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/types/address.h"

namespace sbc::wire {

struct DatagramMark {
  uint16_t length = 0;  // of UDP header and payload
  uint16_t checksum = 0;
  friend bool operator==(const DatagramMark&, const DatagramMark&) = default;
};

/// As it stands in the `udp_size` bytes of a UDP header.
DatagramMark read_mark(std::span<const uint8_t> udp_header);

/// As write_udp_frame() writes it.
DatagramMark mark_of(const Endpoint& source, const Endpoint& destination, std::string_view payload);

}  // namespace sbc::wire
