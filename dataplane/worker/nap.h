// Nap: how long an idle worker sleeps, learnt from how much it wakes to.
//
// A sleep costs the kernel what several packets cost us, and what comes meanwhile is one burst: so a worker
// sleeps about as long as a burst takes to gather. Packets wait for half of that on average, which adds to
// their jitter.
//
// Owned by one worker.
#pragma once

#include <algorithm>

#include "config/types/rate.h"

namespace sbc::worker {

class Nap {
 public:
  /// A receive ring of 1,024 frames (`descriptors`) holds 10 million frames/s for the shortest of these, 2
  /// million for the longest, and one for a quiet nap; where more may come of a sudden, workers spin
  /// (`idle`).
  static constexpr Duration shortest = std::chrono::microseconds(100);
  static constexpr Duration longest = std::chrono::microseconds(500);
  /// Where nothing has come for a while, longer than between the packets of one phone's voice (20 ms mostly).
  static constexpr Duration quiet_after = std::chrono::milliseconds(50);
  static constexpr Duration quiet = std::chrono::milliseconds(1);

  static constexpr unsigned many = 32, few = 8;  // packets that gather

  /// Of who has been idle for so long.
  Duration length(Duration idle) const { return idle < quiet_after ? length_ : quiet; }

  /// After one: so many packets have gathered.
  void woke_to(unsigned packets) {
    if (packets >= many) length_ = std::max(length_ / 2, shortest);
    if (packets < few) length_ = std::min(length_ * 2, longest);
  }

 private:
  Duration length_ = shortest;
};

}  // namespace sbc::worker
