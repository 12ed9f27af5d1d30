// MessageSlab: messages kept for retransmission or for later, in chains of fixed-size chunks.
//
// Owned by one thread; all memory at construction. Whoever keeps a message holds its Kept and gives it back.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "dataplane/bytes/huge_vector.h"

namespace sbc::transaction {

/// A message in the slab; the empty one holds nothing.
struct Kept {
  static constexpr uint32_t none = ~0u;
  uint32_t first = none;
  uint32_t size = 0;
  bool empty() const { return first == none; }
};

class MessageSlab {
 public:
  static constexpr uint32_t chunk_bytes = 512;
  static constexpr size_t bytes_per_chunk = chunk_bytes + sizeof(uint32_t);

  explicit MessageSlab(uint32_t chunks);

  /// Replaces what `kept` held. False, and `kept` empty, when there is no room.
  bool keep(Kept& kept, std::string_view message);
  /// The same, but without room `kept` holds what it held.
  bool replace(Kept& kept, std::string_view message);
  void release(Kept& kept);
  /// Copies the message to the front of `out`; empty when it does not fit or nothing is kept.
  std::string_view copy(const Kept& kept, std::span<char> out) const;

  uint64_t kept_bytes() const { return kept_bytes_; }
  uint32_t free_chunks() const { return free_count_; }

 private:
  HugeVector<char> bytes_;
  HugeVector<uint32_t> next_;
  uint32_t free_ = Kept::none;
  uint32_t free_count_ = 0;
  uint64_t kept_bytes_ = 0;
};

}  // namespace sbc::transaction
