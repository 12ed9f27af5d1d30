// The words of STUN (RFC 8489) and ICE (RFC 8445) that reading and writing share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dataplane/bytes/big_endian.h"

namespace sbc::stun {

inline constexpr size_t header_size = 20;
inline constexpr size_t attribute_header_size = 4;
inline constexpr size_t integrity_size = 20;
inline constexpr size_t fingerprint_size = 4;
inline constexpr uint32_t magic_cookie = 0x2112a442;

using TransactionId = std::array<uint8_t, 12>;

enum class Class : uint8_t { request, indication, success, error };

enum class Method : uint16_t { binding = 1 };  // any value of 12 bits

/// Those that we know; any value of 16 bits. Whoever does not know one below 0x8000 must not go on.
enum class Attribute : uint16_t {
  mapped_address = 0x0001,
  username = 0x0006,
  message_integrity = 0x0008,
  error_code = 0x0009,
  unknown_attributes = 0x000a,
  realm = 0x0014,
  nonce = 0x0015,
  xor_mapped_address = 0x0020,
  priority = 0x0024,
  use_candidate = 0x0025,
  software = 0x8022,
  alternate_server = 0x8023,
  fingerprint = 0x8028,
  ice_controlled = 0x8029,
  ice_controlling = 0x802a
};

/// On a port that carries other things too: is this STUN? (RFC 7983 7)
constexpr bool is_stun(std::span<const uint8_t> datagram) {
  return datagram.size() >= header_size && datagram[0] <= 3 && load_be32(&datagram[4]) == magic_cookie;
}

/// Class and method share the header's first 14 bits (RFC 8489 5): the class's two are the 4th and the 8th.
constexpr uint16_t type_of(Class message_class, Method method) {
  unsigned c = unsigned(message_class), m = unsigned(method);
  return uint16_t((m & 0xf) | (c & 1) << 4 | (m & 0x70) << 1 | (c & 2) << 7 | (m & 0xf80) << 2);
}
constexpr Class class_of(uint16_t type) { return Class((type >> 4 & 1) | (type >> 7 & 2)); }
constexpr Method method_of(uint16_t type) {
  return Method((type & 0xf) | (type >> 1 & 0x70) | (type >> 2 & 0xf80));
}

/// With its padding.
constexpr size_t padded(size_t size) { return (size + 3) & ~size_t(3); }

}  // namespace sbc::stun
