#include "bench/product/worker_thread.h"

#include <pthread.h>
#include <sched.h>

namespace sbc::bench {
namespace {

/// Resting costs nobody a core: what is built meanwhile takes seconds.
void nap() {
  constexpr timespec pause{0, 100'000};
  nanosleep(&pause, nullptr);
}

}  // namespace

WorkerThread::WorkerThread(port::Eal& eal) : eal_(eal) {
  eal_.launch(WorkerId(0), [this] { run(); });
  while (!ready_.load(std::memory_order_acquire)) nap();
}

WorkerThread::~WorkerThread() {
  work_on(nullptr);
  stop_.store(true);
  eal_.join();
}

void WorkerThread::run() {
  pthread_getcpuclockid(pthread_self(), &clock_);
  ready_.store(true, std::memory_order_release);
  while (!stop_.load(std::memory_order_relaxed)) {
    Work* work = wanted_.load(std::memory_order_acquire);
    at_.store(work, std::memory_order_release);
    if (work) {
      work->work(wanted_);
    } else {
      nap();
    }
  }
}

void WorkerThread::work_on(Work* work) {
  wanted_.store(work, std::memory_order_release);
  while (at_.load(std::memory_order_acquire) != work) sched_yield();
}

uint64_t WorkerThread::cpu_ns() const {
  timespec now{};
  clock_gettime(clock_, &now);
  return uint64_t(now.tv_sec) * 1'000'000'000u + uint64_t(now.tv_nsec);
}

}  // namespace sbc::bench
