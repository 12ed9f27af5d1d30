// WorkerThread: the one EAL worker of a benchmark, which does whichever work is wanted.
#pragma once

#include <atomic>

#include <time.h>

#include "dataplane/port/eal.h"

namespace sbc::bench {

/// What the worker's thread can be given to do.
class Work {
 public:
  virtual ~Work() = default;
  /// Returns once `wanted` is something else.
  virtual void work(const std::atomic<Work*>& wanted) = 0;
};

class WorkerThread {
 public:
  explicit WorkerThread(port::Eal& eal);
  ~WorkerThread();
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  /// Returns when the worker has left what it did before. Null: it rests.
  void work_on(Work* work);
  /// CPU time that the thread has had.
  uint64_t cpu_ns() const;

 private:
  void run();

  port::Eal& eal_;
  std::atomic<Work*> wanted_{nullptr}, at_{nullptr};
  std::atomic<bool> stop_{false}, ready_{false};
  clockid_t clock_ = 0;
};

}  // namespace sbc::bench
