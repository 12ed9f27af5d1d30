// HMAC-SHA1 (RFC 2104), as STUN authenticates its messages (RFC 8489 14.5). Allocates nothing, keeps nothing
// of the key.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace sbc {

using Sha1Digest = std::array<uint8_t, 20>;

/// Of the pieces one behind the other.
Sha1Digest hmac_sha1(std::span<const uint8_t> key, std::initializer_list<std::span<const uint8_t>> pieces);

/// How long it takes does not tell where they differ.
bool equal_in_constant_time(std::span<const uint8_t> a, std::span<const uint8_t> b);

}  // namespace sbc
