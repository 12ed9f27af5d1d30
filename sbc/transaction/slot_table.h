// SlotTable: digest -> slot of a pool whose objects hold their digest themselves; so an entry is eight bytes:
// the slot and enough of the digest to look at hardly any other object. Open addressing with linear probing,
// at most half full, fixed size.
//
// Owned by one thread. Removal shifts the run back, so probes stay short for ever.
#pragma once

#include <cstdint>

#include "config/types/check.h"
#include "dataplane/bytes/huge_vector.h"
#include "sbc/transaction/digest.h"

namespace sbc::transaction {

class SlotTable {
  struct Cell {
    static constexpr uint32_t empty = ~0u;
    uint32_t print = 0;  // the digest's upper half of `high`: where the probe begins, too
    uint32_t slot = empty;
  };
  static constexpr size_t cells_per_entry = 2;

 public:
  static constexpr uint32_t none = Cell::empty;
  static constexpr size_t bytes_per_entry = cells_per_entry * sizeof(Cell);

  explicit SlotTable(uint32_t entries_max) : cells_(cells_per_entry * entries_max + 2) {}

  /// The slot for which `has_key(slot)` is true; none where the key is not in the table.
  template <class HasKey>
  uint32_t find(const Digest& key, HasKey&& has_key) const {
    uint32_t print = print_of(key);
    for (size_t at = home_of(print); cells_[at].slot != none; at = after(at)) {
      if (cells_[at].print == print && has_key(cells_[at].slot)) return cells_[at].slot;
    }
    return none;
  }
  /// The key must not be in the table yet.
  void insert(const Digest& key, uint32_t slot) {
    SBC_CHECK(slot != none && size_ < cells_.size() / cells_per_entry);
    size_t at = home_of(print_of(key));
    while (cells_[at].slot != none) at = after(at);
    cells_[at] = {print_of(key), slot};
    ++size_;
  }
  void erase(const Digest& key, uint32_t slot) {
    size_t hole = home_of(print_of(key));
    while (cells_[hole].slot != slot) {
      SBC_CHECK(cells_[hole].slot != none);
      hole = after(hole);
    }
    for (size_t at = after(hole); cells_[at].slot != none; at = after(at)) {
      bool may_move = distance(home_of(cells_[at].print), at) >= distance(hole, at);
      if (!may_move) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole] = {};
    --size_;
  }
  uint32_t size() const { return uint32_t(size_); }

 private:
  static uint32_t print_of(const Digest& key) { return uint32_t(key.high >> 32); }
  /// Scaled to the table, which need not be a power of two.
  size_t home_of(uint32_t print) const { return size_t(uint64_t(print) * cells_.size() >> 32); }
  size_t after(size_t at) const { return at + 1 < cells_.size() ? at + 1 : 0; }
  size_t distance(size_t from, size_t to) const { return to >= from ? to - from : to + cells_.size() - from; }

  HugeVector<Cell> cells_;
  size_t size_ = 0;
};

}  // namespace sbc::transaction
