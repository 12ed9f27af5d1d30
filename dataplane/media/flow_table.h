// FlowTable: one worker's flows, directly indexed by (realm, media address, port): no hash, no search.
//
// Owned by the worker that owns the ports (port_owner()); holds a place for every one of them from the start
// and never allocates again. A place whose line is not open is a closed port.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "dataplane/bytes/huge_vector.h"
#include "dataplane/media/attention.h"
#include "dataplane/media/flow_line.h"
#include "dataplane/media/media_ranges.h"
#include "dataplane/media/stream_line.h"

namespace sbc::media {

using FlowIndex = uint32_t;
inline constexpr FlowIndex no_flow = ~0u;

class FlowTable {
 public:
  FlowTable(const MediaRanges& ranges, WorkerId self, unsigned workers);

  /// The port must be in the realm's range; no_flow where it is another worker's.
  FlowIndex index_of_port(const MediaPort& local) const;

  /// The same by a destination as it stands in a packet; also no_flow where it is none of the realm's. A port
  /// beside the range may have a place, which is never opened.
  FlowIndex index_of_v4(RealmId realm, const uint8_t* address, uint16_t port) const {
    const RealmPart& part = parts_[index_of(realm)];
    return part.index_of<4>(part.v4_by_last_octet, address, port);
  }
  FlowIndex index_of_v6(RealmId realm, const uint8_t* address, uint16_t port) const {
    const RealmPart& part = parts_[index_of(realm)];
    return part.index_of<16>(part.v6_by_last_octet, address, port);
  }

  /// Brings the flow's lines into the cache; a burst's worth of these goes before its packets are relayed.
  void prefetch(FlowIndex flow) const {
    __builtin_prefetch(&places_[flow].line, 1);
    __builtin_prefetch(&places_[flow].stream, 1);
  }

  void prefetch_addresses(FlowIndex flow) const { __builtin_prefetch(&addresses_[flow], 1); }

  /// The same of all that is known of the flow, for who is to open it.
  void prefetch_whole(FlowIndex flow) const {
    prefetch(flow);
    prefetch_addresses(flow);
    const auto* detail = reinterpret_cast<const char*>(&details_[flow]);
    for (size_t at = 0; at < sizeof(FlowDetail); at += 64) __builtin_prefetch(detail + at, 1);
  }

  FlowLine& line(FlowIndex flow) { return places_[flow].line; }
  const FlowLine& line(FlowIndex flow) const { return places_[flow].line; }
  StreamLine& stream(FlowIndex flow) { return places_[flow].stream; }
  const StreamLine& stream(FlowIndex flow) const { return places_[flow].stream; }
  FlowAddresses& addresses(FlowIndex flow) { return addresses_[flow]; }
  const FlowAddresses& addresses(FlowIndex flow) const { return addresses_[flow]; }
  FlowDetail& detail(FlowIndex flow) { return details_[flow]; }
  const FlowDetail& detail(FlowIndex flow) const { return details_[flow]; }
  /// Of an attended flow; of any other it begins to be.
  Attention& attention(FlowIndex flow) {
    FlowLine& line = places_[flow].line;
    if (line.is(FlowLine::attended)) return attentions_[flow].get();
    line.set(FlowLine::attended, true);
    return attentions_[flow].begin();
  }
  uint32_t size() const { return uint32_t(places_.size()); }

 private:
  struct Place {
    FlowLine line;
    StreamLine stream;
  };
  static_assert(sizeof(Place) == 128 && offsetof(Place, stream) == 64);

  struct RealmPart {
    uint32_t address_stride = 0;  // places per address
    /// By port / ports_per_block: the place of the block's first port at the realm's first address; no_flow
    /// where the block is another worker's or in no range.
    std::array<uint32_t, 65'536 / ports_per_block> blocks;
    /// 1 + the index of an address; of several that end alike the first, the others are found by
    /// MediaRanges::locate().
    using ByLastOctet = std::array<uint8_t, 256>;
    ByLastOctet v4_by_last_octet{}, v6_by_last_octet{};
    std::span<const IpAddress> addresses;

    /// Of an address of so many bytes.
    template <size_t size>
    FlowIndex index_of(const ByLastOctet& by_last_octet, const uint8_t* address, uint16_t port) const {
      const uint8_t nth = by_last_octet[address[size - 1]];
      const uint32_t block = blocks[port / ports_per_block];
      if (nth == 0 || block == no_flow) return no_flow;
      const IpAddress& ours = addresses[nth - 1];
      if (std::memcmp(ours.bytes.data() + ours.bytes.size() - size, address, size) != 0) return no_flow;
      return block + (nth - 1) * address_stride + port % ports_per_block;
    }
  };
  RealmPart part_of(const MediaRanges::Range& range, uint32_t base) const;

  const MediaRanges& ranges_;
  const WorkerId self_;
  const unsigned workers_;
  std::vector<RealmPart> parts_;
  HugeVector<Place> places_;
  HugeVector<FlowAddresses> addresses_;
  HugeVector<FlowDetail> details_;
  HugeVector<AttentionPlace> attentions_;
};

}  // namespace sbc::media
