#include "dataplane/media/digit_sender.h"

#include <algorithm>

namespace sbc::media {
namespace {

constexpr uint8_t volume = 10;         // -dBm0: as loud as phones make it
constexpr uint8_t ends_per_digit = 3;  // RFC 4733 2.5.1.4
constexpr uint32_t packet_ms = 20;     // of audio in a packet of most senders; the first piece has lasted it
constexpr uint32_t pause_ms = 40;      // of audio between two digits: so receivers take them for two
constexpr uint32_t length_max = 0xffff;
/// No event is longer: a timestamp further back than that is another clock's.
constexpr int32_t reach = 0x10000;

uint32_t units(uint32_t ms, uint32_t clock_rate) { return uint32_t(uint64_t(clock_rate) * ms / 1000); }

/// From `a` to `b`.
int32_t between(uint32_t a, uint32_t b) { return int32_t(b - a); }

}  // namespace

bool DigitSender::push(Digit digit, Instant now) {
  if (count_ == waiting_max) return false;
  waiting_[(first_ + count_++) % waiting_max] = {digit, now};
  return true;
}

unsigned DigitSender::drop_late(Instant now) {
  if (event_ && now - sent_ > wait_max) {
    event_.reset();
    pause_.reset();
  }
  unsigned dropped = 0;
  while (count_ > 0 && now - std::max(waiting_[first_].since, sent_) > wait_max) {
    first_ = (first_ + 1) % waiting_max;
    --count_;
    ++dropped;
  }
  return dropped;
}

std::optional<EventPacket> DigitSender::replace(const RtpFacts& audio, uint32_t clock_rate,
                                                const rtp::Format& event, Instant now) {
  if (is_left_by(audio)) {
    event_.reset();
    pause_ = audio.timestamp;
  }
  if (event_ && between(event_->first, audio.timestamp) < 0) return std::nullopt;  // sent before it, and late
  if (!event_ || !covers(audio.timestamp)) {
    if (!has_paused(audio.timestamp, clock_rate)) return std::nullopt;
    event_.reset();
    pause_.reset();
    if (count_ == 0) return std::nullopt;
    begin(audio, clock_rate);
  }
  sent_ = now;
  return piece(audio, clock_rate, event);
}

void DigitSender::give_way(uint32_t timestamp, uint16_t duration) { pause_ = timestamp + duration; }

/// The stream has begun anew, with other timestamps: what of the digit was sent has to do.
bool DigitSender::is_left_by(const RtpFacts& audio) const {
  return event_ && (event_->ssrc != audio.ssrc || between(event_->first, audio.timestamp) < -reach);
}

bool DigitSender::covers(uint32_t timestamp) const {
  return event_->ends < ends_per_digit || timestamp - event_->first <= event_->newest;
}

bool DigitSender::has_paused(uint32_t timestamp, uint32_t clock_rate) {
  if (!event_ && !pause_) return true;
  if (!pause_ || between(*pause_, timestamp) < -reach) pause_ = timestamp;
  return between(*pause_, timestamp) >= int32_t(units(pause_ms, clock_rate));
}

void DigitSender::begin(const RtpFacts& audio, uint32_t clock_rate) {
  const Digit digit = waiting_[first_].digit;
  first_ = (first_ + 1) % waiting_max;
  --count_;
  const uint32_t length = units(std::max<uint32_t>(digit.duration_ms, packet_ms), clock_rate);
  event_ = {.event = digit.event,
            .length = uint16_t(std::min(length, length_max)),
            .ssrc = audio.ssrc,
            .first = audio.timestamp};
}

/// RFC 4733 2.5.1: all pieces have the timestamp of the first, the first has the marker, and the last, which
/// says how long it was, comes three times.
EventPacket DigitSender::piece(const RtpFacts& audio, uint32_t clock_rate, const rtp::Format& format) {
  const uint32_t since = audio.timestamp - event_->first;
  const uint64_t lasted = uint64_t(since) + units(packet_ms, clock_rate);
  const bool end = lasted >= event_->length;
  if (since > event_->newest) {
    event_->newest = since;
    event_->ends += end;
  }
  rtp::RtpPacket header;
  header.marker = since == 0;
  header.payload_type = format.payload_type;
  header.sequence = audio.sequence;
  header.timestamp = event_->first;
  header.ssrc = audio.ssrc;
  const uint64_t duration = std::min<uint64_t>(lasted, event_->length) * format.clock_rate / clock_rate;
  const auto said = uint16_t(std::min<uint64_t>(duration, length_max));
  return rtp::write_event_packet(header, {event_->event, end, volume, said});
}

}  // namespace sbc::media
