// FrameSamples: now and then a copy of a frame that passes, to be looked at later.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <rte_mbuf.h>

namespace sbc::bench {

struct FrameSample {
  uint64_t number = 0;  // of all that have passed, from 0
  std::vector<uint8_t> bytes;
};

class FrameSamples {
 public:
  /// By the worker's thread; only frames of IPv4.
  void pass(const rte_mbuf* packet);
  /// The last ones. While nobody passes any.
  std::span<const FrameSample> taken() const { return std::span(samples_).first(std::min(count_, kept)); }

 private:
  static constexpr uint64_t every = 4'099;  // prime to the number of flows: all of them have their turn
  static constexpr size_t kept = 1'024;

  uint64_t passed_ = 0;
  size_t count_ = 0;
  std::array<FrameSample, kept> samples_;
};

}  // namespace sbc::bench
