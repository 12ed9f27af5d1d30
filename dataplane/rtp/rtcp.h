// RTCP: a checked view of compound packets (RFC 3550 6, RFC 5506), and what of one may cross to the other
// side.
#pragma once

#include <cstdint>
#include <span>

#include "config/types/result.h"

namespace sbc::rtp {

enum class RtcpType : uint8_t {
  sender_report = 200,
  receiver_report = 201,
  source_description = 202,
  goodbye = 203,
  application = 204,
  transport_feedback = 205,  // RFC 4585
  payload_feedback = 206,
  extended_report = 207  // RFC 3611
};

/// One packet of a compound.
struct RtcpPacket {
  RtcpType type = RtcpType::receiver_report;  // any value of 0..255
  uint8_t count = 0;                          // of reports, chunks, sources; the format of feedback
  std::span<const uint8_t> body;              // behind the first four bytes, without padding
};

/// Takes the first packet off the front of `rest`. Fails with media_not_rtcp: version, length, padding (only
/// the last packet of a compound may have any), or a content that does not hold what its header says.
Result<RtcpPacket> take_rtcp(std::span<const uint8_t>& rest);

/// Writes to `out` what of the compound `in` tells the other side nothing about this one, and returns its
/// length: reports (without profile-specific extensions), extended reports and feedback as they are; source
/// descriptions with `cname` in 16 hexadecimal digits and nothing else; goodbyes without their words.
/// Applications' and unknown packets are left out. `out` never needs more than rtcp_growth times the length
/// of `in`.
///
/// Fails with media_not_rtcp, with media_rtcp_empty where nothing may cross, with packet_too_big where `out`
/// is full.
Result<size_t> rewrite_rtcp(std::span<const uint8_t> in, std::span<uint8_t> out, uint64_t cname);

inline constexpr size_t rtcp_growth = 3;  // a chunk of 8 bytes without any item gets a CNAME: 24 bytes

}  // namespace sbc::rtp
