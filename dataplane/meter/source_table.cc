#include "dataplane/meter/source_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

namespace sbc::meter {
namespace {

constexpr unsigned tag_bits = 16;
constexpr uint64_t arrival_mask = (uint64_t(1) << (64 - tag_bits)) - 1;
constexpr int races_max = 16;

constexpr uint64_t tag_of(uint64_t word) { return word >> (64 - tag_bits); }
constexpr int64_t arrival_of(uint64_t word) { return int64_t(word & arrival_mask); }
constexpr uint64_t word_of(uint64_t tag, int64_t arrival_us) {
  return tag << (64 - tag_bits) | std::min(uint64_t(arrival_us), arrival_mask);
}

/// The realm and the IPv4 address, or the realm and the /64: they differ in length, so never meet in one
/// hash.
uint64_t hash_of(const HashKey& key, RealmId realm, const IpAddress& source) {
  char bytes[1 + 16];
  size_t length = source.is_v4() ? 16 : 8;
  bytes[0] = char(index_of(realm));
  std::memcpy(bytes + 1, source.bytes.data(), length);
  return siphash(key, {bytes, 1 + length});
}

struct GcraMicroseconds {
  explicit GcraMicroseconds(const Gcra& limit)
      : interval(std::max<int64_t>(limit.interval_ns / 1000, 1)),
        tolerance(limit.tolerance_ns / limit.interval_ns * interval) {}
  int64_t interval;
  int64_t tolerance;  // as many intervals as before the rounding: the burst stays exact
};

}  // namespace

SourceTable::SourceTable(uint32_t capacity, const HashKey& key) : key_(key) {
  uint64_t buckets = std::bit_ceil(std::max<uint64_t>((uint64_t(capacity) + ways - 1) / ways, 1));
  bucket_mask_ = uint32_t(buckets - 1);
  words_ = std::make_unique<std::atomic<uint64_t>[]>(buckets * ways);
}

bool SourceTable::conforms(const Gcra& limit, RealmId realm, const IpAddress& source, Instant now) {
  if (limit.interval_ns == 0) return true;
  const GcraMicroseconds rate(limit);
  const int64_t now_us = std::max<int64_t>(now.ns, 0) / 1000;
  const uint64_t hash = hash_of(key_, realm, source);
  const uint64_t tag = tag_of(hash);
  std::atomic<uint64_t>* bucket = &words_[(hash & bucket_mask_) * ways];

  for (int race = 0; race < races_max; ++race) {
    std::atomic<uint64_t>* place = nullptr;
    uint64_t seen = ~uint64_t(0);
    for (unsigned way = 0; way < ways; ++way) {
      uint64_t word = bucket[way].load(std::memory_order_relaxed);
      bool ours = tag_of(word) == tag;
      if (ours || place == nullptr || arrival_of(word) < arrival_of(seen)) {
        place = &bucket[way];
        seen = word;
      }
      if (ours) break;
    }
    int64_t arrival = tag_of(seen) == tag ? arrival_of(seen) : 0;
    if (arrival > now_us + rate.tolerance) return false;
    uint64_t next = word_of(tag, std::max(arrival, now_us) + rate.interval);
    if (place->compare_exchange_weak(seen, next, std::memory_order_relaxed)) return true;
  }
  return false;  // each lost race was an event of a neighbour in this bucket: this is a flood
}

}  // namespace sbc::meter
