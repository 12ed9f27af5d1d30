// Extmap: which RTP header extension an identifier stands for (RFC 8285 5). extmap-allow-mixed is a flag: the
// attribute's name says it all.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/sdp/direction.h"

namespace sbc::sdp {

struct Extmap {
  uint16_t id =
      0;  // 1..255; 4096..4351 of who offers more than fit, and lets the answerer choose (RFC 8285 6)
  std::optional<Direction> direction;
  std::string_view uri;
  std::string_view attributes;  // empty = none
};
/// "1/sendonly urn:ietf:params:rtp-hdrext:toffset".
std::optional<Extmap> parse_extmap(std::string_view value);

}  // namespace sbc::sdp
