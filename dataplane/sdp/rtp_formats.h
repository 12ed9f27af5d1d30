// RTP formats: what a media section says about each of its payload types and about their packets: rtpmap,
// fmtp, ptime, maxptime (RFC 8866 6) and rtcp-fb (RFC 4585 4.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "config/types/rate.h"
#include "dataplane/sdp/line.h"

namespace sbc::sdp {

struct Rtpmap {
  uint8_t payload_type = 0;  // 0..127
  std::string_view encoding;
  uint32_t clock_rate = 0;  // Hz, above 0
  uint16_t channels = 1;    // above 0
};
/// "111 opus/48000/2".
std::optional<Rtpmap> parse_rtpmap(std::string_view value);
/// What these lines of a media section map the payload type to, else what RFC 3551 does (6, tables 4 and 5).
std::optional<Rtpmap> rtpmap_of(uint8_t payload_type, std::span<const Line> lines);

struct Fmtp {
  std::string_view format;              // as in the m= line
  std::optional<uint8_t> payload_type;  // where the format is one
  std::string_view parameters;          // never empty
};
/// "97 apt=96", "101 0-15".
std::optional<Fmtp> parse_fmtp(std::string_view value);

struct FormatParameter {
  std::string_view name;   // of "name=value"; all of it where there is no '='
  std::string_view value;  // blanks around it taken off
};
/// Takes the first of ';'-separated parameters off the front of `rest`; empty ones are passed over. False at
/// the end.
bool take_format_parameter(std::string_view& rest, FormatParameter& parameter);
/// The first of that name, case ignored (RFC 4855 3); nullopt where there is none.
std::optional<std::string_view> format_parameter(std::string_view parameters, std::string_view name);

/// What telephone-event's parameters list (RFC 4733 2.4.1), as in "0-15,66": a bit for each event up to 31.
/// nullopt where they are no such list.
std::optional<uint32_t> parse_events(std::string_view parameters);

/// The value of ptime or maxptime: milliseconds, whole or not, above 0 and up to one minute.
std::optional<Duration> parse_packet_time(std::string_view value);

enum class Feedback : uint8_t { ack, nack, ccm, trr_int, goog_remb, transport_cc, other };

struct RtcpFeedback {
  std::optional<uint8_t> payload_type;  // nullopt = "*", all of the section
  Feedback type = Feedback::other;
  std::string_view type_text;
  std::string_view parameters;  // "pli"; empty = none
};
/// "96 nack pli", "* transport-cc".
std::optional<RtcpFeedback> parse_rtcp_feedback(std::string_view value);

/// trr-int's parameter: the shortest time between regular RTCP packets.
std::optional<Duration> regular_rtcp_interval(const RtcpFeedback& feedback);

}  // namespace sbc::sdp
