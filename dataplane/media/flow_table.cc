#include "dataplane/media/flow_table.h"

#include "config/types/check.h"

namespace sbc::media {

FlowTable::FlowTable(const MediaRanges& ranges, WorkerId self, unsigned workers)
    : ranges_(ranges), self_(self), workers_(workers) {
  uint32_t size = 0;
  for (unsigned i = 0; i < ranges.realms(); ++i) {
    const MediaRanges::Range& range = ranges.of(RealmId(i));
    RealmPart part{.base = size};
    if (range.ports() != 0) {
      uint32_t first = range.first_port / ports_per_block;
      uint32_t last = range.last_port / ports_per_block;
      // The first block at or behind the range's first that is ours.
      part.first_block = first + (index_of(self) + workers - first % workers) % workers;
      uint32_t blocks = part.first_block > last ? 0 : (last - part.first_block) / workers + 1;
      part.address_stride = blocks * ports_per_block;
      size += part.address_stride * uint32_t(range.addresses.size());
    }
    parts_.push_back(part);
  }
  places_.resize(size);
  details_.resize(size);
}

FlowIndex FlowTable::index_of_port(const MediaPort& local) const {
  const MediaRanges::Range& range = ranges_.of(local.realm);
  SBC_CHECK(local.address < range.addresses.size() && local.port >= range.first_port &&
            local.port <= range.last_port);
  if (port_owner(local.port, workers_) != self_) return no_flow;
  const RealmPart& part = parts_[index_of(local.realm)];
  uint32_t block = (local.port / ports_per_block - part.first_block) / workers_;
  return part.base + local.address * part.address_stride + block * ports_per_block +
         local.port % ports_per_block;
}

}  // namespace sbc::media
