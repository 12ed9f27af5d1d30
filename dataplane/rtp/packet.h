// RtpPacket: a checked view of one RTP packet (RFC 3550 5.1).
#pragma once

#include <cstdint>
#include <span>

#include "config/types/result.h"

namespace sbc::rtp {

inline constexpr size_t rtp_header_size = 12;

struct RtpPacket {
  bool marker = false;
  uint8_t payload_type = 0;
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  uint32_t ssrc = 0;
  std::span<const uint8_t> sources;  // CSRCs, four bytes each
  uint16_t extension_profile = 0;    // where `has_extension`
  bool has_extension = false;
  std::span<const uint8_t> extension;  // without its own header
  std::span<const uint8_t> payload;    // without padding
  uint8_t padding = 0;
};

/// `datagram` is a UDP payload; the view points into it. Fails with media_not_rtp.
Result<RtpPacket> parse_rtp(std::span<const uint8_t> datagram);

/// The same of SRTP: the header is in the clear, and whether padding adds up nobody can tell (RFC 3711 3.1).
/// The payload holds padding and tag.
Result<RtpPacket> parse_srtp(std::span<const uint8_t> datagram);

/// On a port that carries both: is this RTCP? (RFC 5761 4)
constexpr bool looks_like_rtcp(std::span<const uint8_t> datagram) {
  return datagram.size() >= 2 && datagram[0] >> 6 == 2 && datagram[1] >= 192 && datagram[1] <= 223;
}

}  // namespace sbc::rtp
