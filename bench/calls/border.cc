#include "bench/calls/border.h"

#include <array>

#include <rte_cycles.h>
#include <sched.h>

#include "tests/allocation/trap/trap.h"

namespace sbc::bench {
namespace {

constexpr Instant start{1'000'000'000};
constexpr unsigned spins = 256;  // idle turns; then others may have the core, for the peers may wait for it

}  // namespace

Border::Border(std::shared_ptr<const policy::Compiled> policy, port::PacketPool& pool)
    : policy_(std::move(policy)), pool_(pool), now_(start.ns) {}

std::unique_ptr<Border> Border::open(const Shape& shape, std::shared_ptr<const policy::Compiled> policy,
                                     port::PacketPool& pool, std::string& error) {
  std::unique_ptr<Border> border(new Border(std::move(policy), pool));
  if (!border->open_ports(shape, error)) return nullptr;
  border->worker_ = std::make_unique<ProductWorker>(border->policy_, border->ports_, pool, start);
  return border;
}

bool Border::open_ports(const Shape& shape, std::string& error) {
  const config::Model& model = *policy_->model;
  for (size_t i = 0; i < model.ports.size(); ++i) {
    devices_.push_back(
        std::make_unique<port::RingDevice>(shape.name + "-" + *model.ports[i].name, 1, ring_frames));
    ports_.push_back(port::Port::open(model.ports[i], PortId(i), 1, pool_, error));
    if (!ports_.back() || !ports_.back()->start(error)) return false;
  }
  return true;
}

Border::~Border() {
  worker_.reset();
  ports_.clear();
  devices_.clear();
}

/// True where the turn had work. Timers that end without a message are work, too.
bool Border::iterate(Instant now) {
  bool due = worker_->application().engine().next_deadline() <= now;
  return worker_->iterate(now) || due;
}

void Border::work(const std::atomic<Work*>& wanted) {
  unsigned idle_turns = 0;
  uint64_t before = rte_rdtsc();
  while (wanted.load(std::memory_order_acquire) == this) {
    uint64_t allocated = allocations_of_this_thread();
    uint64_t begun = rte_rdtsc();
    bool busy = iterate({now_.load(std::memory_order_acquire)});
    uint64_t done = rte_rdtsc();
    counters_.iterations.add();
    if (busy) {
      counters_.busy_iterations.add();
      counters_.busy.add(done - begun);
      idle_turns = 0;
    } else if (++idle_turns > spins) {
      sched_yield();
    }
    if (uint64_t now = allocations_of_this_thread(); now != allocated)
      counters_.allocations.add(now - allocated);
    counters_.total.add(done - before);
    before = done;
  }
}

uint64_t Border::take_records() {
  uint64_t well = 0;
  call::CallRecord record;
  while (worker_->exchange().cdrs.pop(record)) {
    well += record.status == 200 && record.answered.ns != 0 && record.reason == Reason::none &&
            record.caller.media.packets == 1 && record.callee.media.packets == 1;
  }
  edge::Report report;
  while (worker_->exchange().reports.pop(report)) {
  }
  return well;
}

std::vector<double> Border::saved_bytes(size_t most) {
  struct NoMedia final : media::StatsReader {
    media::SideStats stats(const media::MediaPort&) const override { return {}; }
  } media;
  call::Outbox outbox(1, 1);
  const call::Engine& engine = worker_->application().engine();
  std::vector<uint64_t> ids;
  engine.visit_calls(media, [&](const call::CallRecord& record) {
    ids.push_back(record.id);
    return ids.size() < most;
  });
  std::vector<double> sizes;
  std::array<uint8_t, 8192> room;
  for (uint64_t id : ids) {
    size_t size = engine.save_call({time(), *policy_, worker_->usage(), media, outbox}, id, room);
    if (size > 0) sizes.push_back(double(size));
  }
  return sizes;
}

Spent Border::spent() const {
  return {counters_.busy.value(), counters_.total.value(), counters_.iterations.value(),
          counters_.busy_iterations.value(), counters_.allocations.value()};
}

}  // namespace sbc::bench
