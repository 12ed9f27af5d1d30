#include "bench/calls/load.h"

#include <algorithm>
#include <utility>

#include <rte_cycles.h>
#include <time.h>

namespace sbc::bench {
namespace {

using namespace std::chrono_literals;

constexpr uint32_t seed = 17;
constexpr uint64_t patience_ns = 5'000'000'000;  // for the SBC to send anything; others may want its core
constexpr Duration pass_step = 100ms;
constexpr Duration linger_all = 45s;

uint64_t wall_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return uint64_t(now.tv_sec) * 1'000'000'000u + uint64_t(now.tv_nsec);
}

/// What is still in use, by name; empty: nothing.
std::string names_of(const call::EngineUsage& usage) {
  const std::pair<const char*, uint64_t> rows[] = {{"calls", usage.calls},
                                                   {"legs", usage.legs},
                                                   {"dialogs", usage.dialogs},
                                                   {"server transactions", usage.server_transactions},
                                                   {"client transactions", usage.client_transactions},
                                                   {"timers", usage.timers},
                                                   {"relays", usage.relays},
                                                   {"leased ports", usage.leased_ports},
                                                   {"resting ports", usage.resting_ports},
                                                   {"message bytes", usage.message_bytes}};
  std::string text;
  for (const auto& [name, count] : rows)
    if (count != 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + name;
  return text;
}

}  // namespace

Load::Load(std::unique_ptr<Border> border, const Shape& shape, WorkerThread& thread)
    : border_(std::move(border)),
      links_(*border_),
      peers_(shape.calls, links_, seed),
      thread_(thread),
      shape_(shape),
      period_(Duration(1s) / shape.calls_per_second) {}

void Load::warm_up() {
  thread_.work_on(border_.get());
  // One by one until the border knows its neighbours: only a few packets may wait for each.
  for (unsigned i = 0; i < callee_trunks && !has_failed(); ++i) {
    run(1);
    settle();
  }
  run(shape_.calls);
  run(uint64_t(linger_seconds + 1) * shape_.calls_per_second);
  thread_.work_on(nullptr);
}

/// So many calls more; where all places are taken, as many end.
void Load::run(uint64_t calls) {
  for (uint64_t begun = 0; begun < calls && !has_failed();) {
    bool moved = move_messages();
    for (; begun < calls && peers_.may_begin(); ++begun) {
      peers_.begin();
      advance(period_);
      moved = true;
    }
    for (bool full = peers_.calls() == shape_.calls; full && peers_.may_hang_up(); moved = true)
      peers_.hang_up_one();
    watch(moved);
  }
}

bool Load::move_messages(uint32_t left_ringing) {
  bool moved = links_.receive(peers_);
  peers_.answer(left_ringing);
  good_records_ += border_->take_records();
  return moved;
}

void Load::watch(bool moved) {
  constexpr uint64_t spins = 4'096;
  constexpr timespec pause{0, 20'000};
  if (moved) {
    idle_turns_ = 0;
  } else if (++idle_turns_ == spins) {
    idle_since_ns_ = wall_ns();
  } else if (idle_turns_ > spins) {
    nanosleep(&pause, nullptr);  // somebody may want this core
    if (wall_ns() - idle_since_ns_ > patience_ns) stuck_ = "the SBC sends nothing, and calls wait";
  }
}

double Load::slice(uint64_t calls) {
  thread_.work_on(border_.get());
  run(calls / 4);  // the caches have become another border's
  const Spent before = border_->spent();
  const uint64_t cpu = thread_.cpu_ns(), wall = wall_ns();
  run(calls);
  const Spent after = border_->spent();
  // Other programs take the core from busy iterations as from idle ones.
  double share = std::min(1.0, double(thread_.cpu_ns() - cpu) / double(wall_ns() - wall));
  thread_.work_on(nullptr);
  double us = share * 1e6 / (double(rte_get_tsc_hz()) * double(calls));
  loop_us_.push_back(double(after.total - before.total) * us);
  share_.push_back(share);
  return double(after.busy - before.busy) * us;
}

double Load::kept_bytes_per_call() {
  call::EngineUsage usage = border_->usage();
  return double(usage.message_bytes) / double(std::max(1u, usage.calls));
}

std::vector<double> Load::saved_bytes() { return border_->saved_bytes(shape_.calls); }

/// Until nothing is being set up or ended.
void Load::settle() {
  while (!peers_.is_quiet() && !has_failed()) watch(move_messages(0));
}

void Load::wind_down() {
  thread_.work_on(border_.get());
  settle();
  while (peers_.calls() > 0 && !has_failed()) {
    bool moved = move_messages(0);
    for (; peers_.may_hang_up(); moved = true) {
      peers_.hang_up_one();
      advance(period_);
    }
    watch(moved);
  }
  let_pass(linger_all);
  thread_.work_on(nullptr);
  left_ = border_->usage();
}

/// Time in which no call begins or ends.
void Load::let_pass(Duration duration) {
  constexpr uint64_t turns = 4;
  for (Duration passed(0); passed < duration && !has_failed(); passed += pass_step) {
    advance(pass_step);
    uint64_t before = border_->spent().iterations;
    while (border_->spent().iterations - before < turns) move_messages(0);
  }
}

std::string Load::fault() const {
  std::string why = !stuck_.empty() ? stuck_ : peers_.fault();
  if (std::string drops = border_->drops(); !drops.empty())
    why += (why.empty() ? "" : "; ") + ("dropped: " + drops);
  if (!why.empty()) return why;
  const Tally& tally = peers_.tally();
  if (std::string difference = tally.difference(); !difference.empty()) return difference;
  uint64_t taken = border_->exchange().counters.sip_received.value();
  if (taken != tally.sip_sent())
    return std::to_string(taken) + " messages were taken of " + std::to_string(tally.sip_sent());
  if (good_records_ != tally.calls())
    return std::to_string(good_records_) + " good CDRs for " + std::to_string(tally.calls()) + " calls";
  if (std::string used = names_of(left_); !used.empty()) return "in use at the end: " + used;
  if (uint64_t count = border_->spent().allocations; count != 0)
    return std::to_string(count) + " allocations from the heap";
  return {};
}

}  // namespace sbc::bench
