// TelephoneEvent: a key or a tone by its name, beside the audio of a stream (RFC 4733 2.3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "dataplane/rtp/packet.h"

namespace sbc::rtp {

struct TelephoneEvent {
  uint8_t event = 0;
  bool end = false;
  uint8_t volume = 0;     // -dBm0, 0 to 63
  uint16_t duration = 0;  // in units of the stream's clock: so long it has lasted by now

  friend bool operator==(const TelephoneEvent&, const TelephoneEvent&) = default;
};

inline constexpr size_t telephone_event_size = 4;
inline constexpr size_t event_packet_size = rtp_header_size + telephone_event_size;

/// `payload` is an RTP packet's. Of several events in one (2.5.1.5) the first; nullopt where it holds none.
std::optional<TelephoneEvent> read_telephone_event(std::span<const uint8_t> payload);

/// A packet of nothing but the event, with the fixed header's fields of `header`.
std::array<uint8_t, event_packet_size> write_event_packet(const RtpPacket& header,
                                                          const TelephoneEvent& event);

}  // namespace sbc::rtp
