// DigestTable: digest -> handle, open addressing with linear probing, at most half full, fixed size.
//
// Owned by one thread. Removal shifts the run back, so there are no tombstones and probes stay short for
// ever.
#pragma once

#include <bit>
#include <cstdint>

#include "config/types/check.h"
#include "dataplane/bytes/huge_vector.h"
#include "dataplane/lane/pool.h"
#include "sbc/transaction/digest.h"

namespace sbc::transaction {

class DigestTable {
 public:
  explicit DigestTable(uint32_t entries_max)
      : mask_(std::bit_ceil(2 * uint64_t(entries_max) + 2) - 1), cells_(mask_ + 1) {}

  /// No handle where the key is not in the table.
  lane::Handle find(const Digest& key) const {
    for (uint64_t at = key.high & mask_;; at = (at + 1) & mask_) {
      const Cell& cell = cells_[at];
      if (!cell.value || cell.key == key) return cell.value;
    }
  }
  /// The same by the lower 48 bits of key.high, which no other one shares but by an accident.
  static constexpr unsigned part_bits = 48;
  lane::Handle find_by_part(uint64_t part) const {
    SBC_CHECK(mask_ >> part_bits == 0);
    for (uint64_t at = part & mask_;; at = (at + 1) & mask_) {
      const Cell& cell = cells_[at];
      if (!cell.value || ((cell.key.high ^ part) << (64 - part_bits)) == 0) return cell.value;
    }
  }
  /// The key must not be in the table yet.
  void insert(const Digest& key, lane::Handle value) {
    SBC_CHECK(value && size_ < (mask_ + 1) / 2);
    uint64_t at = key.high & mask_;
    while (cells_[at].value) {
      SBC_CHECK(cells_[at].key != key);
      at = (at + 1) & mask_;
    }
    cells_[at] = {key, value};
    ++size_;
  }
  void erase(const Digest& key) {
    uint64_t hole = key.high & mask_;
    while (cells_[hole].key != key || !cells_[hole].value) {
      SBC_CHECK(bool(cells_[hole].value));
      hole = (hole + 1) & mask_;
    }
    for (uint64_t at = (hole + 1) & mask_; cells_[at].value; at = (at + 1) & mask_) {
      uint64_t home = cells_[at].key.high & mask_;
      bool may_move = ((at - home) & mask_) >= ((at - hole) & mask_);
      if (!may_move) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole] = {};
    --size_;
  }
  uint32_t size() const { return uint32_t(size_); }

 private:
  struct Cell {
    Digest key;
    lane::Handle value;
  };
  uint64_t mask_;
  HugeVector<Cell> cells_;
  uint64_t size_ = 0;
};

}  // namespace sbc::transaction
