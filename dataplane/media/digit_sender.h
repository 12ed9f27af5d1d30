// DigitSender: makes telephone-events (RFC 4733) of the packets of a stream that is under way, without a
// clock of its own: while a digit is due, each audio packet that passes becomes a packet of the event. It
// keeps its sequence number, so the stream has neither gap nor second source, and how long the event has
// lasted follows from its timestamp.
//
// What belongs to the digit is a range of timestamps, so packets that are doubled or out of order become what
// they would have been. A digit is never split into segments (2.5.1.3): one that would last longer than an
// event can say is cut there.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dataplane/media/digit.h"
#include "dataplane/media/stream_statistics.h"
#include "dataplane/rtp/format.h"
#include "dataplane/rtp/telephone_event.h"
#include "dataplane/time/instant.h"

namespace sbc::media {

using EventPacket = std::array<uint8_t, rtp::event_packet_size>;

class DigitSender {
 public:
  static constexpr size_t waiting_max = 8;
  /// So long a digit waits for an audio packet: a tone that comes later would be no answer any more to what
  /// was asked.
  static constexpr Duration wait_max = std::chrono::seconds(5);

  /// False where as many wait as may.
  bool push(Digit digit, Instant now);
  /// Forgets one under way that audio has left, and those that have waited too long. How many of these; what
  /// stood behind a digit that was sent has waited since then.
  unsigned drop_late(Instant now);
  /// What takes the place of an audio packet of the present stream, whose clock has this rate (Hz); nullopt:
  /// it passes as it is. `event`: as which payload type it goes, and by which clock its duration is told,
  /// which need not be the stream's.
  std::optional<EventPacket> replace(const RtpFacts& audio, uint32_t clock_rate, const rtp::Format& event,
                                     Instant now);
  /// An event passes that the stream's own sender has made: ours wait until it is over.
  void give_way(uint32_t timestamp, uint16_t duration);

  /// Nothing waits, is under way, or has just been sent.
  bool is_idle() const { return count_ == 0 && !event_ && !pause_; }

 private:
  struct Waiting {
    Digit digit;
    Instant since{0};
  };
  /// The one that is under way, and after it until there was enough audio.
  struct Event {
    uint8_t event = 0;
    uint8_t ends = 0;     // sent with the end bit
    uint16_t length = 0;  // in units of the stream's clock, as all below
    uint32_t ssrc = 0;
    uint32_t first = 0;   // timestamp
    int64_t newest = -1;  // how much further on that of the newest piece is; -1 = none is sent
  };

  bool is_left_by(const RtpFacts& audio) const;
  bool covers(uint32_t timestamp) const;
  bool has_paused(uint32_t timestamp, uint32_t clock_rate);
  void begin(const RtpFacts& audio, uint32_t clock_rate);
  EventPacket piece(const RtpFacts& audio, uint32_t clock_rate, const rtp::Format& format);

  std::array<Waiting, waiting_max> waiting_{};  // a ring
  uint8_t first_ = 0, count_ = 0;
  std::optional<Event> event_;
  std::optional<uint32_t> pause_;  // the timestamp from which on audio has passed again
  Instant sent_{0};                // when the last piece was
};

}  // namespace sbc::media
