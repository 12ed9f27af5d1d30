#include "dataplane/media/flow_table.h"

#include <algorithm>

#include "config/types/check.h"

namespace sbc::media {

FlowTable::FlowTable(const MediaRanges& ranges, WorkerId self, unsigned workers)
    : ranges_(ranges), self_(self), workers_(workers) {
  uint32_t size = 0;
  for (unsigned i = 0; i < ranges.realms(); ++i) {
    const MediaRanges::Range& range = ranges.of(RealmId(i));
    parts_.push_back(part_of(range, size));
    size += parts_.back().address_stride * uint32_t(range.addresses.size());
  }
  places_.resize(size);
  addresses_.resize(size);
  details_.resize(size);
  attentions_.resize(size);
}

FlowTable::RealmPart FlowTable::part_of(const MediaRanges::Range& range, uint32_t base) const {
  RealmPart part;
  part.blocks.fill(no_flow);
  if (range.ports() == 0) return part;
  for (unsigned block = range.first_port / ports_per_block; block <= range.last_port / ports_per_block;
       ++block) {
    if (port_owner(uint16_t(block * ports_per_block), workers_) != self_) continue;
    part.blocks[block] = base + part.address_stride;
    part.address_stride += ports_per_block;
  }
  part.addresses = range.addresses;
  for (size_t i = 0; i < std::min<size_t>(range.addresses.size(), 255); ++i) {
    const IpAddress& address = range.addresses[i];
    uint8_t& nth = (address.is_v4() ? part.v4_by_last_octet : part.v6_by_last_octet)[address.bytes.back()];
    if (nth == 0) nth = uint8_t(i + 1);
  }
  return part;
}

FlowIndex FlowTable::index_of_port(const MediaPort& local) const {
  const MediaRanges::Range& range = ranges_.of(local.realm);
  SBC_CHECK(local.address < range.addresses.size() && local.port >= range.first_port &&
            local.port <= range.last_port);
  const RealmPart& part = parts_[index_of(local.realm)];
  const uint32_t block = part.blocks[local.port / ports_per_block];
  if (block == no_flow) return no_flow;
  return block + local.address * part.address_stride + local.port % ports_per_block;
}

}  // namespace sbc::media
