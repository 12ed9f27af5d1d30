// Writes one side's SDP anew for the other side: our origin, our address, our ports; of the rest only what
// may cross (policy/topology). Media sections keep their number and order (RFC 3264 section 6, 8).
#pragma once

#include <span>

#include "config/model/model.h"
#include "dataplane/media/relay.h"
#include "dataplane/sdp/session.h"
#include "dataplane/sdp/writer.h"
#include "policy/media/formats.h"
#include "sbc/anchor/events.h"
#include "sbc/anchor/key_seed.h"
#include "sbc/anchor/sdes.h"

namespace sbc::anchor {

/// A media section as we describe it.
struct OurSection {
  uint16_t port = 0;                  // ours, or the peer's of released media; 0 = rejected
  std::optional<Profile> profile;     // of RTP; none = as the source has it
  const KeySeed* seed = nullptr;      // of our keys; null = none
  std::span<const SrtpSuite> suites;  // a key for each; tags from first_tag on
  uint32_t first_tag = 1;
  media::Seal seal = media::Seal::none;        // of the source: its keys cross
  bool keeps_events = false;                   // of the source, whatever the description has for events
  bool muxed = false;                          // a=rtcp-mux
  const media::IceCredentials* ice = nullptr;  // ours; null = no ICE
  bool rtcp_candidate = false;                 // RTCP may come to the next port
  rtp::Formats events;                         // telephone-events that are told besides what crosses
};

struct Description {
  IpAddress address;  // ours, of all media that is anchored
  uint64_t session_id = 0;
  uint64_t version = 0;
  std::span<const OurSection> sections;
  const config::CodecRules& from;  // of who says it
  const config::CodecRules& to;    // of who is told
  policy::Events events = policy::Events::cross;
  bool in_place = false;  // nobody's offer: that its address is unspecified is no hold
  bool released = false;  // media goes to where who says it has it, which stands in each section,
  std::span<const SrtpSuite> crossing_keys{};  // and so do its keys of these suites
};

/// Returns what follows the origin line: two descriptions with the same say the same.
std::string_view write_session(sdp::Writer& out, const sdp::Session& source, const Description& description);

}  // namespace sbc::anchor
