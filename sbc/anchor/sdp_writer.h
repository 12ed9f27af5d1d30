// Writes one side's SDP anew for the other side: our origin, our address, our ports; of the rest only what
// may cross (policy/topology). Media sections keep their number and order (RFC 3264 section 6, 8).
#pragma once

#include <span>

#include "config/model/model.h"
#include "dataplane/sdp/session.h"
#include "dataplane/sdp/writer.h"

namespace sbc::anchor {

struct Description {
  IpAddress address;  // ours, of all media that is anchored
  uint64_t session_id = 0;
  uint64_t version = 0;
  std::span<const uint16_t> ports;  // ours, or the peer's of released media, one a section; 0 = rejected
  const config::CodecRules& from;   // of who says it
  const config::CodecRules& to;     // of who is told
  bool in_place = false;            // nobody's offer: that its address is unspecified is no hold
  bool released = false;            // media goes to where who says it has it, which stands in each section
};

/// Returns what follows the origin line: two descriptions with the same say the same.
std::string_view write_session(sdp::Writer& out, const sdp::Session& source, const Description& description);

}  // namespace sbc::anchor
