// SipHash-2-4 (Aumasson, Bernstein): the keyed hash behind steering and every table that a stranger can fill.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sbc {

using HashKey = std::array<uint64_t, 2>;

uint64_t siphash(const HashKey& key, std::string_view bytes);

}  // namespace sbc
