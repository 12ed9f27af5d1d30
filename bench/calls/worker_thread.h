// WorkerThread: the one EAL worker of the benchmark, which iterates whichever border is wanted.
#pragma once

#include <atomic>

#include <time.h>

#include "bench/calls/border.h"
#include "dataplane/port/eal.h"

namespace sbc::bench {

class WorkerThread {
 public:
  explicit WorkerThread(port::Eal& eal);
  ~WorkerThread();
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  /// Returns when the worker has left the border before. Null: it rests.
  void work_on(Border* border);
  /// CPU time that the thread has had.
  uint64_t cpu_ns() const;

 private:
  void run();

  port::Eal& eal_;
  std::atomic<Border*> wanted_{nullptr}, at_{nullptr};
  std::atomic<bool> stop_{false}, ready_{false};
  clockid_t clock_ = 0;
};

}  // namespace sbc::bench
