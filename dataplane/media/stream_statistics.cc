#include "dataplane/media/stream_statistics.h"

#include <algorithm>
#include <cstdlib>

namespace sbc::media {
namespace {

// RFC 3550 A.1: a stream that jumps further ahead or back than this has started over.
constexpr uint16_t max_dropout = 3000;
constexpr uint16_t max_misorder = 100;

constexpr unsigned window_bits = 64;
constexpr int arrival_shift = 10;  // a tick of arrival is 2^10 ns
constexpr unsigned clock_places = 16;
constexpr uint32_t clock_rate_min = 1'000;  // Hz; no codec has less
/// A step between arrival and timestamp as long as this is none on the way: the sender has set its clock.
constexpr int64_t step_max = 1'000'000'000 >> arrival_shift;

uint64_t bit(unsigned place) { return uint64_t(1) << place; }

void begin_stream(StreamLine& line, FlowDetail& detail, const RtpFacts& packet) {
  detail.lost_before = lost_of(line, detail);
  detail.single_before = packets_of(line, detail) - line.duplicates;
  detail.first_sequence = packet.sequence;
  ++detail.streams;
  line.sequence = packet.sequence;
  line.ssrc = packet.ssrc;
  line.window = ~uint64_t(0);  // nothing before it is missing, and what comes of that is a double
  line.known = true;
  line.timed = false;
  line.strayed = false;
}

void advance(StreamLine& line, uint16_t ahead) {
  line.window = ahead < window_bits ? line.window << ahead : 0;
  line.window |= 1;
  line.sequence += ahead;
  line.loss_runs += ahead > 1;
}

/// One that was sent before the newest. False: it has come before.
bool fill_in(StreamLine& line, unsigned behind) {
  if (behind >= window_bits) return true;
  if (line.window & bit(behind)) return false;
  line.window |= bit(behind);
  // It ends a run, shortens one, or parts it in two.
  const bool later = line.window & bit(behind - 1);
  const bool earlier = behind + 1 == window_bits || line.window & bit(behind + 1);
  if (later && earlier) line.loss_runs -= line.loss_runs > 0;
  if (!later && !earlier) ++line.loss_runs;
  return true;
}

/// RFC 3550 A.1: that a sender has begun anew is believed of two packets on end, so that one which went
/// astray (another stream's, a sequence number far off) ends nothing. It is none of the stream's.
bool is_begun_anew(StreamLine& line, FlowDetail& detail, const RtpFacts& packet) {
  const bool follows =
      line.strayed && detail.stray_ssrc == packet.ssrc && detail.stray_next == packet.sequence;
  if (follows) return true;
  line.strayed = true;
  detail.stray_ssrc = packet.ssrc;
  detail.stray_next = uint16_t(packet.sequence + 1);
  ++detail.single_before;
  return false;
}

/// False for a packet that came before, and for one that went astray.
bool count_sequence(StreamLine& line, FlowDetail& detail, const RtpFacts& packet) {
  const auto ahead = uint16_t(packet.sequence - line.sequence);
  const bool same = line.known && line.ssrc == packet.ssrc;
  if (!same || (ahead >= max_dropout && ahead < uint16_t(-max_misorder))) {
    if (line.known && !is_begun_anew(line, detail, packet)) return false;
    begin_stream(line, detail, packet);
    return true;
  }
  line.strayed = false;
  if (ahead != 0 && ahead < max_dropout) {
    advance(line, ahead);
    return true;
  }
  const auto behind = uint16_t(-ahead);
  const bool fresh = behind != 0 && fill_in(line, behind);
  line.reordered += fresh;
  line.duplicates += !fresh;
  return fresh;
}

/// How the stream's clock goes from here on.
void turn_to(StreamLine& line, FlowDetail& detail, uint8_t payload_type) {
  line.payload_type = payload_type;
  line.ticks_per_unit = 0;
  line.timed = false;
  const rtp::Format* format = detail.side.formats.find(payload_type);
  if (!format || format->clock_rate < clock_rate_min || !rtp::keeps_time(format->codec)) return;
  detail.clock_rate = format->clock_rate;
  line.codec = format->codec;
  line.ticks_per_unit =
      uint32_t((uint64_t(1'000'000'000) << clock_places >> arrival_shift) / format->clock_rate);
}

/// RFC 3550 A.8.
void measure_jitter(StreamLine& line, uint32_t timestamp, Instant now) {
  const auto arrival = uint32_t(now.ns >> arrival_shift);
  if (line.timed) {
    const int64_t sent = int64_t(int32_t(timestamp - line.timestamp)) * line.ticks_per_unit >> clock_places;
    const int64_t step = std::abs(int64_t(int32_t(arrival - line.arrival)) - sent);
    if (step < step_max) {
      line.jitter += uint32_t(step) - ((line.jitter + 8) >> 4);
      line.jitter_max = std::max(line.jitter_max, line.jitter);
    }
  }
  line.arrival = arrival;
  line.timestamp = timestamp;
  line.timed = true;
}

}  // namespace

void count_rtp(StreamLine& line, FlowDetail& detail, const RtpFacts& packet, Instant now) {
  if (!count_sequence(line, detail, packet)) return;
  if (packet.payload_type != line.payload_type) turn_to(line, detail, packet.payload_type);
  if (line.ticks_per_unit != 0) measure_jitter(line, packet.timestamp, now);
}

uint64_t packets_of(const StreamLine& line, const FlowDetail& detail) {
  return uint64_t(detail.packets_high) << 32 | line.packets;
}

uint64_t bytes_of(const StreamLine& line, const FlowDetail& detail) {
  return uint64_t(detail.bytes_high) << 32 | line.bytes;
}

uint64_t lost_of(const StreamLine& line, const FlowDetail& detail) {
  if (!line.known) return detail.lost_before;
  const uint64_t expected = uint64_t(line.sequence - detail.first_sequence) + 1;
  const uint64_t single = packets_of(line, detail) - line.duplicates - detail.single_before;
  return detail.lost_before + (expected > single ? expected - single : 0);
}

Duration jitter_of(uint32_t jitter) { return Duration(int64_t(jitter) << arrival_shift >> 4); }

}  // namespace sbc::media
