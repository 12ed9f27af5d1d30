#include "bench/harness/slices.h"

#include <algorithm>
#include <utility>

#include <time.h>

namespace sbc::bench {

std::vector<Pair> alternate(const Slice& ours, const Slice& ruler, size_t pairs) {
  std::vector<Pair> result(pairs);
  ours();
  ruler();
  for (size_t i = 0; i < pairs; ++i) {
    if (i % 2 == 0) result[i].ours = ours();
    result[i].ruler = ruler();
    if (i % 2 == 1) result[i].ours = ours();
  }
  return result;
}

uint64_t thread_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return uint64_t(now.tv_sec) * 1'000'000'000u + uint64_t(now.tv_nsec);
}

TimedPasses::TimedPasses(Pass pass, size_t items, uint64_t nanoseconds)
    : pass_(std::move(pass)), items_(items), result_(pass_()) {
  uint64_t spent = 0;
  for (passes_ = 1; spent < nanoseconds / 4; passes_ *= 2) {
    uint64_t begin = thread_time();
    for (size_t i = 0; i < passes_; ++i) steady_ &= pass_() == result_;
    spent = thread_time() - begin;
  }
  passes_ = std::max<size_t>(1, size_t(double(passes_ / 2) * double(nanoseconds) / double(spent)));
}

double TimedPasses::run() {
  uint64_t begin = thread_time();
  for (size_t i = 0; i < passes_; ++i) steady_ &= pass_() == result_;
  return double(thread_time() - begin) / (double(passes_) * double(items_));
}

}  // namespace sbc::bench
