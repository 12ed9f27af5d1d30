// SHA-512 (FIPS 180-4). Allocates nothing, keeps nothing of what it is given.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace sbc {

using Sha512Digest = std::array<uint8_t, 64>;

/// Of the pieces one behind the other.
Sha512Digest sha512(std::initializer_list<std::span<const uint8_t>> pieces);

}  // namespace sbc
