// Where the parts of a packet of SRTP or SRTCP lie: a clear header, an encrypted body, an index (SRTCP), a
// master key identifier, a tag (RFC 3711 3.1, 3.4; RFC 7714 7, 9).
#pragma once

#include <cstdint>
#include <span>

#include "dataplane/bytes/big_endian.h"

namespace sbc::srtp {

inline constexpr size_t rtp_header_bytes = 12;
inline constexpr size_t rtcp_header_bytes = 8;  // of the first packet, which is clear
inline constexpr size_t index_word_bytes = 4;
inline constexpr uint32_t encrypted_flag = uint32_t(1) << 31;  // SRTCP's E, before its index

/// How packets end.
struct Tail {
  bool rtcp = false;
  bool aead = false;
  uint8_t tag = 0, mki = 0;  // bytes
};

/// Bytes from the packet's first.
struct PacketParts {
  uint32_t body = 0, body_end = 0;
  uint32_t index = 0;  // SRTCP's
  uint32_t tag = 0;
  uint32_t end = 0;
};

/// The clear header's length: RTP's with its sources and extension. 0 where it is none.
inline size_t header_bytes(std::span<const uint8_t> packet, bool rtcp) {
  if (packet.size() < (rtcp ? rtcp_header_bytes : rtp_header_bytes) || packet[0] >> 6 != 2) return 0;
  if (rtcp) return rtcp_header_bytes;
  size_t length = rtp_header_bytes + 4 * (packet[0] & 15u);
  const bool extended = (packet[0] & 16u) != 0;
  if (extended) {
    if (packet.size() < length + 4) return 0;
    length += 4 + size_t(4) * load_be16(packet.data() + length + 2);
  }
  return length <= packet.size() ? length : 0;
}

/// Of a plain packet, once it is protected. An AEAD's tag belongs to the body; HMAC's comes last.
constexpr PacketParts parts_to_protect(size_t size, size_t header, const Tail& tail) {
  const uint32_t word = tail.rtcp ? index_word_bytes : 0;
  PacketParts parts{.body = uint32_t(header), .body_end = uint32_t(size), .index = 0, .tag = 0, .end = 0};
  parts.tag = parts.body_end + (tail.aead ? 0 : word);
  parts.index = tail.aead ? parts.tag + tail.tag : parts.body_end;
  parts.end = parts.body_end + word + tail.tag;
  return parts;
}

/// Of a protected one; its end is the tail's. False where it is too short.
constexpr bool parts_to_unprotect(size_t size, size_t header, const Tail& tail, PacketParts& parts) {
  const uint32_t word = tail.rtcp ? index_word_bytes : 0;
  const uint32_t behind_body = word + tail.tag + tail.mki;
  if (size < header + behind_body) return false;
  parts.body = uint32_t(header);
  parts.body_end = uint32_t(size) - behind_body;
  parts.tag = tail.aead ? parts.body_end : uint32_t(size) - tail.tag;
  parts.index = parts.body_end + (tail.aead ? tail.tag : 0);
  parts.end = uint32_t(size);
  return true;
}

}  // namespace sbc::srtp
