// Network byte order at a given place, for callers that have already checked the bounds.
#pragma once

#include <cstdint>

namespace sbc {

constexpr uint16_t load_be16(const uint8_t* at) { return uint16_t(at[0] << 8 | at[1]); }
constexpr uint32_t load_be32(const uint8_t* at) {
  return uint32_t(at[0]) << 24 | uint32_t(at[1]) << 16 | uint32_t(at[2]) << 8 | at[3];
}
constexpr void store_be16(uint8_t* at, uint16_t value) {
  at[0] = uint8_t(value >> 8);
  at[1] = uint8_t(value);
}
constexpr void store_be32(uint8_t* at, uint32_t value) {
  store_be16(at, uint16_t(value >> 16));
  store_be16(at + 2, uint16_t(value));
}

}  // namespace sbc
