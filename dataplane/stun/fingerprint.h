// FINGERPRINT: what tells STUN from other things on the same port beyond doubt (RFC 8489 14.7).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sbc::stun {

namespace detail {

/// CRC-32 of ITU V.42, a byte at a time.
constexpr std::array<uint32_t, 256> crc32_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
    table[i] = value;
  }
  return table;
}
inline constexpr auto crc32 = crc32_table();

}  // namespace detail

/// Of a message up to its FINGERPRINT, whose length the header must count already.
constexpr uint32_t fingerprint_of(std::span<const uint8_t> bytes) {
  uint32_t value = ~0u;
  for (uint8_t byte : bytes) value = value >> 8 ^ detail::crc32[(value ^ byte) & 0xff];
  return ~value ^ 0x5354554e;
}

}  // namespace sbc::stun
