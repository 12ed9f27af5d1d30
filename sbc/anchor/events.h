// Events: what a media section says of telephone-events (RFC 4733): as which payload types they are taken,
// and which of them are. Pure functions.
#pragma once

#include <span>

#include "dataplane/rtp/format.h"
#include "dataplane/sdp/media.h"
#include "dataplane/sdp/rtp_formats.h"
#include "dataplane/sdp/writer.h"
#include "sbc/anchor/payload_types.h"

namespace sbc::anchor {

struct Events {
  rtp::Formats formats;  // of telephone-event: one for each clock of the codecs, mostly
  uint32_t taken = 0;    // a bit for each event

  bool empty() const { return formats.all().empty(); }
  const rtp::Format* of_clock(uint32_t rate) const;

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    rtp::Formats::each_field(form, self.formats);
    form.number(self.taken);
  }
};

/// `lines` are the section's.
Events events_of(const sdp::Media& media, std::span<const sdp::Line> lines);

/// Adds one of ours for each clock of the codecs that has none yet, as payload types that are not `used`.
void add_events(rtp::Formats& events, const rtp::Formats& codecs, PayloadTypes used);

/// What describes ours, besides the m= line.
void write_events(sdp::Writer& out, const rtp::Formats& events);

}  // namespace sbc::anchor
