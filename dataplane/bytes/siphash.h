// SipHash (Aumasson, Bernstein): the keyed hash behind steering and every table that a stranger can fill.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sbc {

using HashKey = std::array<uint64_t, 2>;

/// SipHash-2-4.
uint64_t siphash(const HashKey& key, std::string_view bytes);

/// SipHash-1-3 with 128 bits, in one pass and half of the rounds, as hash tables elsewhere have it: enough
/// that nobody without the key can choose inputs that meet. Peers see it in branches of ACKs and names of
/// dialogs; no way is known to learn the key from that, but the margin is smaller than SipHash-2-4's.
std::array<uint64_t, 2> siphash_128(const HashKey& key, std::string_view bytes);

}  // namespace sbc
