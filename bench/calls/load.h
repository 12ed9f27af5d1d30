// Load: a border and its peers at work: calls begin and end at a steady rate of the border's own time, so
// that what lingers for 32 seconds lingers.
//
// Owned by the thread that feeds the border; the worker's thread is lent.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/calls/border.h"
#include "bench/calls/links.h"
#include "bench/calls/peers.h"
#include "bench/product/worker_thread.h"

namespace sbc::bench {

class Load {
 public:
  Load(std::unique_ptr<Border> border, const Shape& shape, WorkerThread& thread);

  /// Until all calls are up, and what lingers behind those that have ended does so in full.
  void warm_up();
  /// What the worker spends on a call while so many begin and as many end, in microseconds.
  double slice(uint64_t calls);
  /// Ends all calls and lets time pass until nothing lingers.
  void wind_down();
  /// Why nothing of this counts; empty: everything was as it must be. After wind_down().
  std::string fault() const;

  /// One a slice: the whole loop's time a call, and the part of its core that the worker had.
  const std::vector<double>& loop_us() const { return loop_us_; }
  const std::vector<double>& share() const { return share_; }
  /// What the message slab holds now, a call.
  double kept_bytes_per_call();
  /// What some calls are as bytes.
  std::vector<double> saved_bytes();

 private:
  void run(uint64_t calls);
  bool move_messages(uint32_t left_ringing = Peers::ringing_usual);
  void advance(Duration duration) { border_->set_time(border_->time() + duration); }
  void settle();
  void let_pass(Duration duration);
  bool has_failed() const { return !stuck_.empty() || !peers_.fault().empty(); }
  void watch(bool moved);

  std::unique_ptr<Border> border_;
  Links links_;
  Peers peers_;
  WorkerThread& thread_;
  const Shape shape_;
  const Duration period_;  // between two calls
  uint64_t good_records_ = 0;
  uint64_t idle_turns_ = 0, idle_since_ns_ = 0;
  std::string stuck_;
  call::EngineUsage left_;  // by wind_down()
  std::vector<double> loop_us_, share_;
};

}  // namespace sbc::bench
