// The relay of a stream's RTCP, made from that of its RTP: for the rig of the tests and for the fuzzer.
#pragma once

#include "dataplane/media/relay.h"

namespace sbc::media {

/// On the next ports of both sides; of a side that is muxed, on ours alone.
inline Relay control_of(Relay relay) {
  relay.kind = Kind::rtcp;
  for (Side& side : relay.sides) {
    ++side.local.port;
    if (!side.muxed) ++side.remote.port;
    side.payload_types = {};
    side.formats = {};
  }
  return relay;
}

}  // namespace sbc::media
