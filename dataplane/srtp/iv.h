// The initialisation vector of one packet: the session's salt with the packet's source and index XORed in
// (RFC 3711 4.1.1; RFC 7714 8.1, 9.1). Different for all packets under a key.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace sbc::srtp {

namespace detail {
inline void store_xored(uint8_t* at, const uint8_t* salt, uint64_t high, uint64_t low) {
  static_assert(std::endian::native == std::endian::little);
  uint64_t words[2];
  std::memcpy(words, salt, sizeof words);
  words[0] ^= __builtin_bswap64(high);
  words[1] ^= __builtin_bswap64(low);
  std::memcpy(at, words, sizeof words);
}
}  // namespace detail

/// AES-CM's, 16 bytes: the last two count the packet's blocks. `salt` has 16 bytes, zeros behind its 14.
inline void write_counter_iv(uint8_t* at, const uint8_t* salt, uint32_t ssrc, uint64_t index) {
  detail::store_xored(at, salt, ssrc, index << 16);
}

/// GCM's, 12 bytes and four zeros. `salt` has 16 bytes, zeros behind its 12.
inline void write_gcm_iv(uint8_t* at, const uint8_t* salt, uint32_t ssrc, uint64_t index) {
  detail::store_xored(at, salt, uint64_t(ssrc) << 16 | index >> 32, index << 32);
}

}  // namespace sbc::srtp
