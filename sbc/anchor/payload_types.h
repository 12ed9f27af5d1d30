// PayloadTypes: RTP payload types of a media section, a bit for each of 0 to 127.
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/rtp/format.h"

namespace sbc::anchor {

using PayloadTypes = std::array<uint64_t, 2>;

constexpr PayloadTypes joined(const PayloadTypes& a, const PayloadTypes& b) {
  return {a[0] | b[0], a[1] | b[1]};
}
constexpr PayloadTypes shared(const PayloadTypes& a, const PayloadTypes& b) {
  return {a[0] & b[0], a[1] & b[1]};
}
constexpr bool has(const PayloadTypes& types, uint8_t type) { return types[type / 64] >> (type % 64) & 1; }
constexpr void add_to(PayloadTypes& types, uint8_t type) { types[type / 64] |= uint64_t(1) << (type % 64); }
inline void add_to(PayloadTypes& types, const rtp::Formats& formats) {
  for (const rtp::Format& each : formats.all()) add_to(types, each.payload_type);
}

}  // namespace sbc::anchor
