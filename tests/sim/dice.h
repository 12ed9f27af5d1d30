// Dice: the simulation's chances, all from one seed (SplitMix64). Same seed, same throws.
#pragma once

#include <cstdint>

#include "config/types/rate.h"

namespace sbc::sim {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// Uniform in [0, bound); bound > 0.
  uint64_t below(uint64_t bound) { return next() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }
  /// Uniform in [least, most].
  Duration between(Duration least, Duration most) {
    return least + Duration(int64_t(below(uint64_t((most - least).count()) + 1)));
  }
  /// Independent dice, so that one part's throws do not shift another's.
  Dice split() { return Dice(next()); }

 private:
  uint64_t state_;
};

}  // namespace sbc::sim
