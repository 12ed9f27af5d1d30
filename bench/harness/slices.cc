#include "bench/harness/slices.h"

#include <algorithm>
#include <array>
#include <utility>

#include <time.h>

namespace sbc::bench {

std::vector<std::vector<double>> take_turns(std::span<const Slice> sides, size_t rounds) {
  std::vector<std::vector<double>> costs(sides.size(), std::vector<double>(rounds));
  for (const Slice& side : sides) side();
  for (size_t round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < sides.size(); ++i) {
      size_t turn = round % 2 == 0 ? i : sides.size() - 1 - i;
      costs[turn][round] = sides[turn]();
    }
  }
  return costs;
}

std::vector<Pair> alternate(const Slice& ours, const Slice& ruler, size_t pairs) {
  const auto costs = take_turns(std::array{ours, ruler}, pairs);
  std::vector<Pair> result(pairs);
  for (size_t i = 0; i < pairs; ++i) result[i] = {costs[0][i], costs[1][i]};
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
