// FlowTable: one worker's flows, directly indexed by (realm, media address, port): no hash, no search.
//
// Owned by the worker that owns the ports (port_owner()); holds a place for every one of them from the start
// and never allocates again. A place whose line is not open is a closed port.
#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/bytes/huge_vector.h"
#include "dataplane/media/flow_line.h"
#include "dataplane/media/media_ranges.h"

namespace sbc::media {

using FlowIndex = uint32_t;
inline constexpr FlowIndex no_flow = ~0u;

class FlowTable {
 public:
  FlowTable(const MediaRanges& ranges, WorkerId self, unsigned workers);

  /// The port must be in the realm's range; no_flow where it is another worker's.
  FlowIndex index_of_port(const MediaPort& local) const;

  /// Brings the flow's line into the cache; a burst's worth of these goes before its packets are relayed.
  void prefetch(FlowIndex flow) const { __builtin_prefetch(&places_[flow].line, 1); }

  /// The same of all that is known of the flow, for who is to open it.
  void prefetch_whole(FlowIndex flow) const {
    prefetch(flow);
    __builtin_prefetch(&places_[flow].addresses, 1);
    const auto* detail = reinterpret_cast<const char*>(&details_[flow]);
    for (size_t at = 0; at < sizeof(FlowDetail); at += 64) __builtin_prefetch(detail + at, 1);
  }

  FlowLine& line(FlowIndex flow) { return places_[flow].line; }
  const FlowLine& line(FlowIndex flow) const { return places_[flow].line; }
  FlowAddresses& addresses(FlowIndex flow) { return places_[flow].addresses; }
  const FlowAddresses& addresses(FlowIndex flow) const { return places_[flow].addresses; }
  FlowDetail& detail(FlowIndex flow) { return details_[flow]; }
  const FlowDetail& detail(FlowIndex flow) const { return details_[flow]; }
  uint32_t size() const { return uint32_t(places_.size()); }

 private:
  struct Place {
    FlowLine line;
    FlowAddresses addresses;
  };
  static_assert(sizeof(Place) == 128 && offsetof(Place, addresses) == 64);

  struct RealmPart {
    uint32_t base = 0;            // of the realm's first address
    uint32_t first_block = 0;     // number of the block that holds the first port
    uint32_t address_stride = 0;  // places per address
  };

  const MediaRanges& ranges_;
  const WorkerId self_;
  const unsigned workers_;
  std::vector<RealmPart> parts_;
  HugeVector<Place> places_;
  HugeVector<FlowDetail> details_;
};

}  // namespace sbc::media
