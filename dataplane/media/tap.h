// Tap: who sees the packets that are accepted at one media port, to record or to trace them.
#pragma once

#include <cstdint>
#include <span>

#include "dataplane/media/relay.h"
#include "dataplane/time/instant.h"

namespace sbc::media {

class Tap {
 public:
  virtual ~Tap() = default;
  /// Called on the worker that owns the port, in the order in which packets are accepted. `payload` is UDP's,
  /// as it came, whatever becomes of it: in the clear, unless the peers encrypt between them (Seal). It is
  /// valid during the call.
  virtual void on_packet(const MediaPort& local, uint64_t token, Kind kind, std::span<const uint8_t> payload,
                         Instant now) = 0;
};

}  // namespace sbc::media
