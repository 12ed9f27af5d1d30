// Border: the product's data plane of one worker, as sbc/daemon builds it, over two ports in memory; its time
// is an argument, its cost is counted. One thread iterates it (work()), another one feeds its ports and sets
// its time; configuration, pools and rules are real.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "bench/calls/call_name.h"
#include "bench/calls/configuration.h"
#include "bench/product/product_worker.h"
#include "bench/product/worker_thread.h"
#include "dataplane/port/packet_pool.h"
#include "tests/dataplane/port/ring_device.h"

namespace sbc::bench {

/// What the worker has spent, in cycles of the time-stamp counter.
struct Spent {
  uint64_t busy = 0;   // iterations that had frames or due timers
  uint64_t total = 0;  // all of them, and what the loop itself takes
  uint64_t iterations = 0, busy_iterations = 0;
  uint64_t allocations = 0;  // from the heap, in iterations
};

class Border final : public Work {
 public:
  static constexpr unsigned ring_frames = 8192;

  /// EAL runs. Null with one line in `error` where a device cannot be made.
  static std::unique_ptr<Border> open(const Shape& shape, std::shared_ptr<const policy::Compiled> policy,
                                      port::PacketPool& pool, std::string& error);
  ~Border() override;

  /// The worker's thread: iterates for as long as this is wanted.
  void work(const std::atomic<Work*>& wanted) override;

  // The other thread.
  void set_time(Instant now) { now_.store(now.ns, std::memory_order_release); }
  Instant time() const { return {now_.load(std::memory_order_relaxed)}; }
  port::PacketPool& pool() { return pool_; }
  const MacAddress mac(Side side) const { return ports_[size_t(side)]->mac(); }
  bool arrive(Side side, rte_mbuf* frame) { return devices_[size_t(side)]->arrive(0, frame); }
  rte_mbuf* sent(Side side) { return devices_[size_t(side)]->sent(0); }
  /// Takes all records and reports that wait; returns how many CDRs of calls that were answered and ended
  /// well.
  uint64_t take_records();
  Spent spent() const;
  const edge::Exchange& exchange() const { return worker_->exchange(); }
  /// Everything that was dropped, by reason; empty: nothing was.
  std::string drops() const { return worker_->drops(); }

  /// While no thread iterates it.
  call::EngineUsage usage() const { return worker_->application().engine().usage(); }
  /// The bytes that each call of which nothing is under way is saved as, for `most` of them.
  std::vector<double> saved_bytes(size_t most);

 private:
  struct Counters {
    lane::Counter busy, total, iterations, busy_iterations, allocations;
  };

  Border(std::shared_ptr<const policy::Compiled> policy, port::PacketPool& pool);
  bool open_ports(const Shape& shape, std::string& error);
  bool iterate(Instant now);

  std::shared_ptr<const policy::Compiled> policy_;
  port::PacketPool& pool_;
  std::atomic<int64_t> now_;
  std::vector<std::unique_ptr<port::RingDevice>> devices_;
  std::vector<std::unique_ptr<port::Port>> ports_;
  std::unique_ptr<ProductWorker> worker_;
  Counters counters_;
};

}  // namespace sbc::bench
