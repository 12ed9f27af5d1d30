// Codec: what kind of encoding an RTP payload type stands for, as far as the quality of a stream is judged by
// it.
#pragma once

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
/// "PCMU" and "PCMA" are both "G711"; empty for `other`.
std::string_view text_of(Codec codec);

constexpr bool keeps_time(Codec codec) {
  return codec != Codec::telephone_event && codec != Codec::comfort_noise;
}

}  // namespace sbc::rtp
