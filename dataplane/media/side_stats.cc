#include <algorithm>

#include "dataplane/media/relay.h"

namespace sbc::media {

void SideStats::go_on_with(const SideStats& later) {
  packets += later.packets;
  bytes += later.bytes;
  lost += later.lost;
  duplicates += later.duplicates;
  reordered += later.reordered;
  loss_runs += later.loss_runs;
  streams += later.streams;
  refused += later.refused;
  strangers += later.strangers;
  too_many += later.too_many;
  if (later.packets != 0) codec = later.codec;
  if (later.jitter) jitter = later.jitter;
  if (later.jitter_max) jitter_max = std::max(jitter_max.value_or(Duration(0)), *later.jitter_max);
  if (later.round_trip) round_trip = later.round_trip;
  if (later.far) far = later.far;
  if (later.latched.port != 0) latched = later.latched;
  last_packet = std::max(last_packet, later.last_packet);
  paused = later.paused;
}

}  // namespace sbc::media
