// SwapLoop: what `dpdk-testpmd --forward-mode=macswap` does, on ports of ours: it tells what these ports
// cost.
#pragma once

#include <array>

#include "bench/product/worker_thread.h"
#include "dataplane/lane/counters.h"

namespace sbc::bench {

class SwapLoop final : public Work {
 public:
  /// Ethernet devices as DPDK numbers them, open and started; queue 0 of each is this thread's meanwhile.
  explicit SwapLoop(const std::array<uint16_t, 2>& ethdevs) : ethdevs_(ethdevs) {}

  void work(const std::atomic<Work*>& wanted) override;
  uint64_t forwarded() const { return forwarded_.value(); }

 private:
  void forward(uint16_t from, uint16_t to);

  const std::array<uint16_t, 2> ethdevs_;
  lane::Counter forwarded_;
};

}  // namespace sbc::bench
