// Slices: ours and the ruler take turns (A B B A …), so that whatever slows the machine for a while meets
// both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "bench/harness/figure.h"

namespace sbc::bench {

/// Runs for a while and says what an item cost.
using Slice = std::function<double()>;

/// One slice of each is run before and not counted. The first of a pair is ours, then the ruler, then the
/// ruler, then ours, and so on.
std::vector<Pair> alternate(const Slice& ours, const Slice& ruler, size_t pairs);

/// The same for any number of sides, A B C C B A …: what each of them cost, round by round.
std::vector<std::vector<double>> take_turns(std::span<const Slice> sides, size_t rounds);

/// Nanoseconds of CPU time of this thread: what other programs take from the core is nobody's cost here.
uint64_t thread_time();

/// A pass over all items; returns what it computed, the same each time.
using Pass = std::function<uint64_t()>;

/// A slice made of whole passes, their number set once so that a slice takes about `nanoseconds`.
class TimedPasses {
 public:
  TimedPasses(Pass pass, size_t items, uint64_t nanoseconds);

  /// Nanoseconds per item.
  double run();
  /// Every pass so far computed the same as the first.
  bool steady() const { return steady_; }
  uint64_t result() const { return result_; }

 private:
  Pass pass_;
  size_t items_;
  uint64_t result_ = 0;
  size_t passes_ = 1;
  bool steady_ = true;
};

}  // namespace sbc::bench
