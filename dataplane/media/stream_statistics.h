// Stream statistics: what the RTP packets that one side sends tell about their way here: loss, doubles,
// order and jitter (RFC 3550 A.1, A.3, A.8).
//
// A new SSRC, or sequence numbers far from the last one, are a new stream (hold music, a transfer behind the
// peer) once two packets say so: its losses are counted anew and added up. Pure functions over a flow's
// lines.
#pragma once

#include <cstdint>

#include "config/types/rate.h"
#include "dataplane/media/flow_line.h"
#include "dataplane/media/stream_line.h"
#include "dataplane/time/instant.h"

namespace sbc::media {

/// What counts of an RTP packet.
struct RtpFacts {
  uint8_t payload_type = 0;
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  uint32_t ssrc = 0;
};

/// An accepted packet, before it is counted in `packets`.
void count_rtp(StreamLine& line, FlowDetail& detail, const RtpFacts& packet, Instant now);

uint64_t packets_of(const StreamLine& line, const FlowDetail& detail);
uint64_t bytes_of(const StreamLine& line, const FlowDetail& detail);
/// RFC 3550 A.3, but that doubles are not taken for the packets that are missing.
uint64_t lost_of(const StreamLine& line, const FlowDetail& detail);
/// Of StreamLine::jitter and jitter_max.
Duration jitter_of(uint32_t jitter);

}  // namespace sbc::media
