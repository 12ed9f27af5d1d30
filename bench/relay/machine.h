// Machine: what all parts of this benchmark run on: EAL, the worker's thread on a core of its own, and how to
// measure what it does there.
#pragma once

#include <memory>
#include <string>

#include "bench/product/worker_thread.h"
#include "bench/relay/pace.h"
#include "dataplane/port/eal.h"
#include "dataplane/port/packet_pool.h"

namespace sbc::bench {

inline constexpr uint32_t spare_buffers = 8'192;  // beside those that captures are held in
inline constexpr uint16_t buffer_frame_bytes = 256;
inline constexpr uint32_t buffer_bytes = port::headroom_bytes + buffer_frame_bytes;

class Machine {
 public:
  /// `buffers`: of the largest pool that will be made; `megabytes`: what else takes DPDK's memory. Null with
  /// one line in `error`.
  static std::unique_ptr<Machine> start(uint32_t buffers, std::string& error, uint32_t megabytes = 0);

  uint16_t main_core() const { return main_core_; }
  uint16_t core() const { return core_; }
  bool huge() const { return eal_->huge(); }
  uint32_t megabytes() const { return eal_->megabytes(); }

  /// One at a time.
  std::unique_ptr<port::PacketPool> pool(uint32_t buffers, std::string& error) const {
    return port::PacketPool::create(buffers, buffer_frame_bytes, error);
  }

  /// CPU nanoseconds per packet while the worker does `work`; `packets()` is what it has done so far.
  template <class Packets>
  double slice(Work& work, const Pace& pace, Packets packets) {
    thread_->work_on(&work);
    double cost = paced(pace, [&] { return Progress{thread_->cpu_ns(), packets()}; });
    thread_->work_on(nullptr);
    return cost;
  }

  /// Of the time-stamp counter.
  static double hertz();
  /// Of it, in so many nanoseconds.
  static double cycles(double nanoseconds);

 private:
  Machine() = default;

  uint16_t main_core_ = 0, core_ = 0;
  std::unique_ptr<port::Eal> eal_;
  std::unique_ptr<WorkerThread> thread_;
};

}  // namespace sbc::bench
