// Renumbering: the sequence numbers of a source that has begun anew below those that it has sent, without
// another SSRC. No index is used twice under a key (RFC 3711 9.1), so from there on its packets leave with
// the numbers behind the highest one.
#pragma once

#include <cstdint>

namespace sbc::srtp {

class Renumbering {
 public:
  uint16_t number_of(uint16_t sequence) const { return uint16_t(sequence + shift_); }

  /// Of a packet that lies too far before the highest index. RFC 3550 A.1: that its sender has begun anew is
  /// believed of two on end, so that one which went astray changes nothing. Then this one is the next.
  bool begin_anew(uint16_t sequence, uint64_t highest) {
    const bool follows = strayed_ && stray_next_ == sequence && stray_after_ == uint16_t(highest);
    strayed_ = !follows;
    stray_next_ = uint16_t(sequence + 1);
    stray_after_ = uint16_t(highest);
    if (follows) shift_ = uint16_t(highest + 1 - sequence);
    return follows;
  }

 private:
  uint16_t shift_ = 0;
  uint16_t stray_next_ = 0;   // which would follow the last that lay too far before
  uint16_t stray_after_ = 0;  // the highest number when that came
  bool strayed_ = false;      // there is one
};

}  // namespace sbc::srtp
