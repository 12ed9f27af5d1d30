#include "tests/sim/clock.h"

#include <algorithm>
#include <utility>

#include "config/types/check.h"

namespace sbc::sim {

bool Clock::later(const Entry& a, const Entry& b) {
  return a.when != b.when ? a.when > b.when : a.order > b.order;
}

void Clock::after(Duration delay, Task task) {
  SBC_CHECK(delay >= Duration::zero());
  heap_.push_back({now_ + delay, scheduled_++, std::move(task)});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

void Clock::advance(Instant to) {
  SBC_CHECK(to >= now_ && to <= next());
  now_ = to;
}

void Clock::run_next() {
  std::pop_heap(heap_.begin(), heap_.end(), later);
  Entry entry = std::move(heap_.back());
  heap_.pop_back();
  now_ = entry.when;
  entry.task();
}

}  // namespace sbc::sim
