// Clock: virtual time and what is to happen when. Nothing sleeps: time jumps to the next task.
//
// Tasks of the same instant run in the order in which they were scheduled.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "dataplane/time/instant.h"

namespace sbc::sim {

class Clock {
 public:
  using Task = std::function<void()>;

  Instant now() const { return now_; }
  void after(Duration delay, Task task);
  bool idle() const { return heap_.empty(); }
  Instant next() const { return heap_.empty() ? Instant::never() : heap_.front().when; }

  /// Moves time forward; never past next().
  void advance(Instant to);
  /// Moves time to next() and runs that task.
  void run_next();

 private:
  struct Entry {
    Instant when;
    uint64_t order;
    Task task;
  };
  static bool later(const Entry& a, const Entry& b);

  Instant now_{3'600'000'000'000};  // records use 0 for "not yet"
  uint64_t scheduled_ = 0;
  std::vector<Entry> heap_;
};

}  // namespace sbc::sim
