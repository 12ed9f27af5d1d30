#include "dataplane/media/digit_reader.h"

#include <algorithm>

namespace sbc::media {
namespace {

constexpr uint32_t segment_length = 0xffff;
/// Some send audio beside an event: it has ended without us where audio is so much further on.
constexpr uint32_t silence_ms = 100;

}  // namespace

std::optional<Digit> DigitReader::on_event(const RtpFacts& packet, const rtp::TelephoneEvent& event,
                                           uint32_t clock_rate) {
  std::optional<Digit> digit;
  const bool same = last_ && last_->ssrc == packet.ssrc && last_->timestamp == packet.timestamp;
  if (last_ && !same) {
    if (is_late(*last_, packet)) return std::nullopt;
    if (goes_on(*last_, packet, event)) {
      last_->timestamp = packet.timestamp;
      last_->earlier += segment_length;
      last_->duration = 0;
    } else {
      digit = tell();
      last_.reset();
    }
  }
  if (!last_)
    last_ = {.ssrc = packet.ssrc,
             .timestamp = packet.timestamp,
             .clock_rate = clock_rate,
             .event = event.event,
             .told = event.event > last_digit_event};
  last_->duration = std::max(last_->duration, event.duration);
  last_->ended |= event.end;
  return digit || !event.end ? digit : tell();
}

std::optional<Digit> DigitReader::on_audio(const RtpFacts& packet) {
  if (!last_ || last_->told) return std::nullopt;
  const int64_t lasted = last_->duration + int64_t(silence_ms) * last_->clock_rate / 1000;
  const bool over =
      last_->ended || last_->ssrc != packet.ssrc || int32_t(packet.timestamp - last_->timestamp) >= lasted;
  return over ? tell() : std::nullopt;
}

/// A packet of an event before the last.
bool DigitReader::is_late(const Event& last, const RtpFacts& packet) {
  return last.ssrc == packet.ssrc && last.timestamp - packet.timestamp <= segment_length;
}

/// RFC 4733 2.5.1.3: what lasts longer than a packet can say goes on under the timestamp at which it would
/// have ended.
bool DigitReader::goes_on(const Event& last, const RtpFacts& packet, const rtp::TelephoneEvent& event) {
  return !last.ended && last.ssrc == packet.ssrc && last.event == event.event &&
         packet.timestamp - last.timestamp == segment_length;
}

std::optional<Digit> DigitReader::tell() {
  if (last_->told) return std::nullopt;
  last_->told = true;
  const uint64_t ms = (uint64_t(last_->earlier) + last_->duration) * 1000 / last_->clock_rate;
  return Digit{last_->event, uint16_t(std::min<uint64_t>(ms, 0xffff))};
}

}  // namespace sbc::media
