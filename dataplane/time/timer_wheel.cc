#include "dataplane/time/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "config/types/check.h"

namespace sbc {
namespace {

constexpr int64_t ns_per_tick = 1'000'000;

int64_t tick_at_or_before(Instant t) { return std::max<int64_t>(t.ns, 0) / ns_per_tick; }
int64_t tick_at_or_after(Instant t) {
  int64_t ns = std::max<int64_t>(t.ns, 0);
  return ns / ns_per_tick + (ns % ns_per_tick > 0);
}

/// never() where it is beyond time.
Instant instant_of(int64_t tick) {
  return tick > Instant::never().ns / ns_per_tick ? Instant::never() : Instant{tick * ns_per_tick};
}

}  // namespace

TimerWheel::TimerWheel(uint32_t capacity, Instant start)
    : nodes_(capacity), now_tick_(tick_at_or_before(start)) {}

void TimerWheel::arm(uint32_t key, Instant deadline) {
  cancel(key);
  if (deadline == Instant::never()) return;
  Node& node = nodes_[key];
  node.tick = std::max(tick_at_or_after(deadline), now_tick_);
  insert(key);
  ++armed_count_;
}

void TimerWheel::cancel(uint32_t key) {
  if (!armed(key)) return;
  unlink(key);
  nodes_[key].tick = -1;
  --armed_count_;
}

bool TimerWheel::armed(uint32_t key) const {
  SBC_CHECK(key < nodes_.size());
  return nodes_[key].tick >= 0;
}

Instant TimerWheel::deadline(uint32_t key) const {
  return armed(key) ? instant_of(nodes_[key].tick) : Instant::never();
}

Instant TimerWheel::next_deadline() const { return instant_of(first_tick()); }

bool TimerWheel::pop_due(Instant now, uint32_t& key) {
  const int64_t limit = std::max(tick_at_or_before(now), now_tick_);
  for (int64_t tick = first_tick(); tick <= limit; tick = first_tick()) {
    turn_to(tick);
    uint32_t head = wheel_[0][tick % slots].head;
    if (head == none) continue;  // a coarser slot came apart into later ticks
    key = head;
    cancel(key);
    if (uint32_t next = upcoming(); next != none) __builtin_prefetch(&nodes_[next]);
    return true;
  }
  now_tick_ = limit;  // before first_tick(), so every key stays in the level where it is
  return false;
}

/// The level of a key is the highest group of six bits in which its tick differs from the present one. So all
/// keys of a level are due before any of the next, and all keys of one tick are always in one list, in order
/// of arming.
void TimerWheel::insert(uint32_t key) {
  Node& node = nodes_[key];
  uint64_t differing = uint64_t(node.tick ^ now_tick_);
  int level = differing == 0 ? 0 : (63 - std::countl_zero(differing)) / 6;
  node.level = uint8_t(level);
  node.slot = uint8_t((node.tick >> (6 * level)) % slots);
  List& list = wheel_[level][node.slot];
  node.next = none;
  node.previous = list.tail;
  (list.tail == none ? list.head : nodes_[list.tail].next) = key;
  list.tail = key;
  occupied_[level] |= uint64_t(1) << node.slot;
}

void TimerWheel::unlink(uint32_t key) {
  const Node& node = nodes_[key];
  List& list = wheel_[node.level][node.slot];
  (node.previous == none ? list.head : nodes_[node.previous].next) = node.next;
  (node.next == none ? list.tail : nodes_[node.next].previous) = node.previous;
  if (list.head == none) occupied_[node.level] &= ~(uint64_t(1) << node.slot);
}

/// The first tick of the first occupied slot; after every tick that there is when nothing is armed.
int64_t TimerWheel::first_tick() const {
  for (int level = 0; level < levels; ++level) {
    if (occupied_[level] == 0) continue;
    int64_t slot = std::countr_zero(occupied_[level]);
    int64_t above = (now_tick_ >> (6 * level)) & ~int64_t(slots - 1);
    return (above | slot) << (6 * level);
  }
  return std::numeric_limits<int64_t>::max();
}

/// `tick` is first_tick(): all levels below its slot's are empty, so only that slot comes apart.
void TimerWheel::turn_to(int64_t tick) {
  now_tick_ = tick;
  for (int level = 1; level < levels; ++level) {
    uint32_t slot = uint32_t((tick >> (6 * level)) % slots);
    if (occupied_[level] >> slot & 1) cascade(level, slot);
  }
}

void TimerWheel::cascade(int level, uint32_t slot) {
  List list = std::exchange(wheel_[level][slot], List{});
  occupied_[level] &= ~(uint64_t(1) << slot);
  for (uint32_t key = list.head; key != none;) {
    uint32_t next = nodes_[key].next;
    insert(key);
    key = next;
  }
}

}  // namespace sbc
