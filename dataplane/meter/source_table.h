// SourceTable: the rates of up to `capacity` sources, fixed size, shared by all workers without locks.
//
// Four-way buckets of one atomic word each: 16 bits of the source's keyed hash, 48 bits of GCRA state in
// microseconds. A full bucket evicts the source that has been quiet longest, so a spoofing flood forgets
// flooders, and never blocks a newcomer. IPv6 is counted per /64, and realms apart.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "config/types/address.h"
#include "config/types/ids.h"
#include "dataplane/bytes/siphash.h"
#include "dataplane/meter/rate_cell.h"

namespace sbc::meter {

class SourceTable {
 public:
  SourceTable(uint32_t capacity, const HashKey& key);
  bool conforms(const Gcra& limit, RealmId realm, const IpAddress& source, Instant now);

 private:
  static constexpr unsigned ways = 4;
  HashKey key_;
  uint32_t bucket_mask_;
  std::unique_ptr<std::atomic<uint64_t>[]> words_;
};

}  // namespace sbc::meter
