// PacketNote: what is known of a packet when it changes its worker; it travels in the buffer beside the
// bytes, so nothing is looked at twice.
#pragma once

#include "config/model/model.h"
#include "config/types/reason.h"
#include "dataplane/media/flow_table.h"
#include "dataplane/port/packet_pool.h"
#include "dataplane/wire/frame.h"

namespace sbc::edge {

struct PacketNote {
  enum class Kind : uint8_t {
    sip,        // passed the gate; `reason` may ask for its rejection
    media,      // for the flow at `media_port`
    neighbour,  // no packet at all: `frame.source` was learned to be at `frame.source_mac`
    asked,      // no packet but a DialogAsked
    answered    // no packet but a DialogAnswered
  };
  Kind kind = Kind::sip;
  RealmId realm = RealmId::none;
  config::Trust trust = config::Trust::unknown;
  Reason reason = Reason::none;
  uint16_t status = 0;                     // to reject with for `reason`; 0: the reason's own
  bool answer = false;                     // of a neighbour: to a question of ours
  WorkerId owner = WorkerId::none;         // of `media_port`; none but where media came in
  media::FlowIndex flow = media::no_flow;  // of `media_port`, for its owner
  media::MediaPort media_port;
  wire::Frame frame;
};
static_assert(sizeof(PacketNote) <= port::note_bytes);

}  // namespace sbc::edge
