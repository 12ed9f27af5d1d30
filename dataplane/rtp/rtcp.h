// RTCP: a checked view of compound packets (RFC 3550 6, RFC 5506), and what of one may cross to the other
// side.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
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

/// What one end says of one stream that it hears (RFC 3550 6.4.1).
struct ReceptionReport {
  uint32_t ssrc = 0;
  uint8_t fraction_lost = 0;  // since its last report, in 256ths
  int32_t lost = 0;           // since the stream began; doubles count against it
  uint32_t jitter = 0;        // in units of the stream's clock
  uint32_t last_report = 0;   // the middle 32 bits of the NTP time in the sender report heard last; 0 = none
  uint32_t since_then = 0;    // in 1/65536 s
};
/// What extended reports add (RFC 3611): how the stream sounds at the end that hears it (4.7).
struct VoipMetrics {
  uint32_t ssrc = 0;
  uint8_t discarded = 0;       // of its packets by the jitter buffer, in 256ths
  std::optional<uint8_t> mos;  // in tenths: conversational quality, else listening quality
};
/// The answer to a receiver's reference time (4.5), as a report's last two fields are to a sender's.
struct ReceiverReference {
  uint32_t last = 0;        // the middle 32 bits of the reference heard last; 0 = none
  uint32_t since_then = 0;  // in 1/65536 s
};
struct Reports {
  static constexpr size_t max = 31;  // that one packet may hold; what further packets say is passed over

  std::optional<uint32_t> sent_at;   // a sender's: the middle 32 bits of its NTP time
  std::optional<uint32_t> asked_at;  // the same of a receiver's reference time (RFC 3611 4.4)
  std::optional<VoipMetrics> metrics;
  std::optional<ReceiverReference> reference;  // of several the first
  uint8_t count = 0;
  std::array<ReceptionReport, max> heard;  // of so many

  std::span<const ReceptionReport> all() const { return {heard.data(), count}; }
};
/// Of a compound that rewrite_rtcp() has taken.
void read_reports(std::span<const uint8_t> compound, Reports& reports);

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
