// XOR-MAPPED-ADDRESS: an endpoint, masked so that no middlebox rewrites it (RFC 8489 14.2).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "config/types/address.h"

namespace sbc::stun {

/// The mask: magic cookie and transaction id, as they stand in the header.
using AddressMask = std::span<const uint8_t, 16>;

/// nullopt where family and length do not fit.
std::optional<Endpoint> unmask_address(std::span<const uint8_t> value, AddressMask mask);

struct MaskedAddress {
  std::array<uint8_t, 20> bytes{};
  size_t size = 0;  // 8 for IPv4, 20 for IPv6
};
MaskedAddress mask_address(const Endpoint& endpoint, AddressMask mask);

}  // namespace sbc::stun
