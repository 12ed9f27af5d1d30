// Codec: what kind of encoding an RTP payload type stands for, as far as the quality of a stream, and how
// much it may be, is judged by it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace sbc::rtp {

enum class Codec : uint8_t {
  other,  // nothing is known of how it sounds
  g711,
  g722,
  g723,
  g726,  // at 32 and 40 kbit/s
  g728,
  g729,
  gsm,
  gsm_efr,
  ilbc,
  amr,  // at its best rate
  amr_wb,
  opus,
  // No codecs: their packets do not follow the stream's clock. An event repeats the timestamp of its
  // beginning (RFC 4733 2.2.1), comfort noise comes as it likes (RFC 3389 4).
  telephone_event,
  comfort_noise
};

/// By the encoding name of an rtpmap, case ignored (RFC 4855 3).
Codec codec_of(std::string_view encoding);
/// How much a stream may be: more than any sender of its codec needs.
struct Pace {
  uint16_t packets_per_second = 0;
  uint16_t payload_max = 0;  // bytes in a packet, without RTP's header

  void widen(const Pace& other) {
    packets_per_second = std::max(packets_per_second, other.packets_per_second);
    payload_max = std::max(payload_max, other.payload_max);
  }
  friend bool operator==(const Pace&, const Pace&) = default;
};
inline constexpr uint16_t any_size = 0xffff;
Pace pace_of(Codec codec);

/// "PCMU" and "PCMA" are both "G711"; empty for `other`.
std::string_view text_of(Codec codec);

constexpr bool keeps_time(Codec codec) {
  return codec != Codec::telephone_event && codec != Codec::comfort_noise;
}

}  // namespace sbc::rtp
