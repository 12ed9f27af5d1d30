// StreamLine: what is counted of what arrives at one local media port: one cache line, written with every
// packet, beside the flow line that says what may arrive there and where it goes.
//
// Times that wrap count by their differences: `last_packet` in ticks of 2^16 ns (78 hours), `arrival` in
// ticks of 2^10 ns (73 minutes).
#pragma once

#include <cstdint>
#include <type_traits>

#include "dataplane/rtp/codec.h"

namespace sbc::media {

struct alignas(64) StreamLine {
  static constexpr uint8_t no_type = 0xff;

  uint64_t window = 0;       // bit i: the packet i before `sequence` has come
  uint32_t packets = 0;      // low halves; FlowDetail has the high ones
  uint32_t bytes = 0;        // UDP payload
  uint32_t last_packet = 0;  // accepted
  uint32_t ssrc = 0;
  uint32_t sequence = 0;  // highest received, extended by its cycles (RFC 3550 A.1)
  uint32_t duplicates = 0;
  uint32_t reordered = 0;  // came after one that was sent later
  uint32_t loss_runs = 0;  // of packets on end that are missing
  uint32_t arrival = 0;    // of the packet that the next one's delay is compared with
  uint32_t timestamp = 0;  // that packet's
  uint32_t ticks_per_unit =
      0;                // of arrival, of the RTP clock of `payload_type`, with 16 binary places; 0 = none
  uint32_t jitter = 0;  // RFC 3550 A.8: 16 times, in ticks of arrival
  uint32_t jitter_max = 0;
  uint8_t payload_type = no_type;        // of the last packet that followed
  rtp::Codec codec = rtp::Codec::other;  // of the last one that keeps time
  bool known : 1 = false;                // ssrc and sequence are a stream's
  bool timed : 1 = false;                // arrival and timestamp are a packet's of this stream
  bool strayed : 1 = false;  // the last packet did not follow; FlowDetail has what would follow it
};
static_assert(sizeof(StreamLine) == 64 && std::is_trivially_copyable_v<StreamLine>);

}  // namespace sbc::media
