// Reference: the frame that must leave for a frame that came, written byte by byte with nothing of the
// product's: fresh headers (RFC 791, 8200, 768), checksums computed whole, the payload as it was.
#pragma once

#include <span>
#include <vector>

#include "bench/relay/flows.h"

namespace sbc::bench {

/// What came is `frame`, at `from` (a side) for `flow`; it leaves by the port with `mac` on the other side.
std::vector<uint8_t> reference(const Flows& flows, uint8_t from, uint32_t flow,
                               std::span<const uint8_t> frame, const MacAddress& mac);

}  // namespace sbc::bench
