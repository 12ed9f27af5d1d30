// ReplayWindow: which of the last indices have come (RFC 3711 3.3.2). A bit map of as many as a video frame's
// packets may be out of order.
#pragma once

#include <cstdint>

namespace sbc::srtp {

class ReplayWindow {
  __extension__ typedef unsigned __int128 Bits;  // bit n: highest_ - n has come

 public:
  static constexpr uint64_t size = 128;

  bool is_empty() const { return bits_ == 0; }
  uint64_t highest() const { return highest_; }  // also of what is forgotten; 0: none at all

  /// Neither come before nor too old to tell.
  bool is_new(uint64_t index) const {
    if (is_empty() || index > highest_) return true;
    const uint64_t age = highest_ - index;
    return age < size && (bits_ >> age & 1) == 0;
  }
  /// Too old to tell.
  bool is_past(uint64_t index) const { return !is_empty() && index + size <= highest_; }
  /// All that has come. It is empty then.
  void forget() { bits_ = 0; }
  /// It must be new.
  void add(uint64_t index) {
    if (is_empty()) {
      highest_ = index;
      bits_ = 1;
    } else if (index > highest_) {
      const uint64_t step = index - highest_;
      bits_ = step < size ? bits_ << step | 1 : 1;
      highest_ = index;
    } else {
      bits_ |= Bits(1) << (highest_ - index);
    }
  }

 private:
  Bits bits_ = 0;
  uint64_t highest_ = 0;
};

}  // namespace sbc::srtp
