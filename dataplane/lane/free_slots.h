// FreeSlots: which slots of a fixed number are free, handed out in ascending order, round and round.
//
// In order, so that what begins together lies together: objects that are begun one after the other and linger
// equally long (transactions for 32 s) are neighbours when they are looked at again, and share pages and
// cache lines with those that fall due beside them. A bit map of free slots, above it one of its words that
// are not empty, and so on: the next free slot is found in a few steps however full it is.
//
// Owned by one thread; O(1) without the heap after construction.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "config/types/check.h"
#include "dataplane/bytes/huge_vector.h"

namespace sbc::lane {

class FreeSlots {
  static constexpr unsigned bits = 6;  // of a slot's number, a level
  static constexpr uint32_t word_bits = 1u << bits;

 public:
  static constexpr uint32_t none = ~0u;

  /// All are free.
  explicit FreeSlots(uint32_t count) : count_(count) {
    SBC_CHECK(count < none);
    for (uint32_t left = count; depth_ == 0 || left > 1; ++depth_) {
      HugeVector<uint64_t>& map = maps_[depth_];
      map.assign((left + word_bits - 1) / word_bits, ~uint64_t(0));
      if (left % word_bits != 0) map.back() = (uint64_t(1) << left % word_bits) - 1;
      left = uint32_t(map.size());
    }
  }

  /// The next free one behind the last that was taken; none where all are.
  uint32_t next() const {
    const uint32_t ahead = first_from(cursor_);
    return ahead != none ? ahead : first_from(0);
  }
  uint32_t take() {
    const uint32_t slot = next();
    if (slot == none) return none;
    cursor_ = slot + 1;
    uint32_t at = slot;
    for (unsigned level = 0; level < depth_; ++level, at >>= bits) {
      uint64_t& word = maps_[level][at >> bits];
      word &= ~(uint64_t(1) << at % word_bits);
      if (word != 0) break;
    }
    return slot;
  }
  /// It must be taken.
  void give_back(uint32_t slot) {
    SBC_CHECK(slot < count_ && !is_free(slot));
    uint32_t at = slot;
    for (unsigned level = 0; level < depth_; ++level, at >>= bits) {
      uint64_t& word = maps_[level][at >> bits];
      const bool was_empty = word == 0;
      word |= uint64_t(1) << at % word_bits;
      if (!was_empty) break;
    }
  }

  bool is_free(uint32_t slot) const { return (maps_[0][slot >> bits] >> slot % word_bits & 1) != 0; }
  /// The first one at `from` or behind that is not free; none at the end.
  uint32_t next_taken(uint32_t from) const {
    for (uint32_t at = from; at < count_;) {
      const uint64_t taken = ~maps_[0][at >> bits] >> at % word_bits;
      if (taken != 0) {
        at += uint32_t(std::countr_zero(taken));
        return at < count_ ? at : none;
      }
      at = (at / word_bits + 1) * word_bits;
    }
    return none;
  }
  uint32_t count() const { return count_; }

 private:
  uint32_t first_from(uint32_t at) const {
    for (unsigned level = 0; level < depth_; ++level) {
      const uint32_t word = at >> bits;
      if (word >= maps_[level].size()) return none;
      if (const uint64_t rest = maps_[level][word] >> at % word_bits; rest != 0) {
        at += uint32_t(std::countr_zero(rest));
        while (level-- > 0) at = at * word_bits + uint32_t(std::countr_zero(maps_[level][at]));
        return at;
      }
      at = word + 1;
    }
    return none;
  }

  uint32_t count_;
  uint32_t cursor_ = 0;
  unsigned depth_ = 0;
  std::array<HugeVector<uint64_t>, 6> maps_;  // 64^6 slots: more than there are numbers
};

}  // namespace sbc::lane
