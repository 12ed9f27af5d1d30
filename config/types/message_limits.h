// MessageLimits: how large a SIP message and its parts may be, and which deviations are refused. One set per
// realm.
#pragma once

#include <cstdint>

#include "config/types/deviation.h"

namespace sbc {

struct MessageLimits {
  uint32_t message_bytes_max = 8192;
  uint32_t headers_max = 128;
  uint32_t header_bytes_max = 4096;  // one field's line, folding included
  uint32_t call_id_bytes_max = 256;
  uint32_t vias_max = 64;           // elements; RFC 4475 section 3.1.1.7 has 34
  uint32_t via_bytes_max = 1024;    // one element
  uint32_t routes_max = 32;         // elements of Route, and of Record-Route
  uint32_t route_bytes_max = 1024;  // one element
  Deviations refused{};

  bool operator==(const MessageLimits&) const = default;
  /// What is done about it here.
  Treatment treatment(Deviation deviation) const {
    return refused.has(deviation) ? Treatment::refused : treatment_of(deviation);
  }

  /// For messages that were parsed before, or that we wrote.
  static constexpr MessageLimits none() { return {~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, {}}; }
};

}  // namespace sbc
