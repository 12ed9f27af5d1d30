// The codecs of audio that an offer of our own may have: what an SDP says of each (RFC 3551, RFC 4733 and the
// codecs' own RFCs).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sbc::config {

struct KnownCodec {
  std::string_view name;    // encoding name (RFC 8866 6.6)
  uint8_t payload_type;     // RFC 3551's, or the dynamic one that we give it
  std::string_view rtpmap;  // what follows the payload type
  std::string_view fmtp;    // the same; empty = none
};

inline constexpr std::array<KnownCodec, 9> known_codecs{{
    {"PCMU", 0, "PCMU/8000", ""},
    {"GSM", 3, "GSM/8000", ""},
    {"PCMA", 8, "PCMA/8000", ""},
    {"G722", 9, "G722/8000", ""},
    {"G729", 18, "G729/8000", "annexb=no"},
    {"opus", 96, "opus/48000/2", "useinbandfec=1"},
    {"AMR", 97, "AMR/8000", "octet-align=1"},
    {"AMR-WB", 98, "AMR-WB/16000", "octet-align=1"},
    {"telephone-event", 101, "telephone-event/8000", "0-16"},
}};

}  // namespace sbc::config
