// DigitReader: which digits the telephone-events (RFC 4733) of a stream stand for. Each is told once: by the
// first packet that has the end bit, or, where all of these were lost, once something later has come.
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/media/digit.h"
#include "dataplane/media/stream_statistics.h"
#include "dataplane/rtp/telephone_event.h"

namespace sbc::media {

class DigitReader {
 public:
  /// The digit that has ended, if one has: this one or the one before it.
  std::optional<Digit> on_event(const RtpFacts& packet, const rtp::TelephoneEvent& event,
                                uint32_t clock_rate);
  std::optional<Digit> on_audio(const RtpFacts& packet);

 private:
  /// The last event, by the timestamp that all its packets have.
  struct Event {
    uint32_t ssrc = 0;
    uint32_t timestamp = 0;
    uint32_t earlier = 0;     // it has lasted before that, where it is told in segments
    uint32_t clock_rate = 0;  // Hz
    uint16_t duration = 0;
    uint8_t event = 0;
    bool ended = false;
    bool told = false;
  };

  static bool is_late(const Event& last, const RtpFacts& packet);
  static bool goes_on(const Event& last, const RtpFacts& packet, const rtp::TelephoneEvent& event);
  std::optional<Digit> tell();

  std::optional<Event> last_;
};

}  // namespace sbc::media
