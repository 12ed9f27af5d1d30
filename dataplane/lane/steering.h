// Steering: which worker owns a call. One rule for all SIP: keyed hash of the Call-ID -> shard -> worker.
//
// Immutable while the process lives. Whoever receives a message asks this; whoever creates a Call-ID draws
// until it falls to the worker that owns the call, so both legs meet there.
#pragma once

#include <array>
#include <string_view>

#include "config/types/ids.h"
#include "dataplane/bytes/siphash.h"

namespace sbc {

class Steering {
 public:
  static constexpr unsigned shards = 4096;

  Steering(const HashKey& key, unsigned workers) : key_(key) {
    for (unsigned shard = 0; shard < shards; ++shard) owner_[shard] = WorkerId(shard % workers);
  }

  unsigned shard_of(std::string_view call_id) const { return unsigned(siphash(key_, call_id) % shards); }
  WorkerId owner_of(std::string_view call_id) const { return owner_[shard_of(call_id)]; }
  WorkerId owner_of_shard(unsigned shard) const { return owner_[shard % shards]; }

  /// The secret that all workers share.
  const HashKey& key() const { return key_; }

 private:
  HashKey key_;
  std::array<WorkerId, shards> owner_;
};

}  // namespace sbc
