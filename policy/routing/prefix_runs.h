// PrefixRuns: the equal prefixes in a sorted list as runs, found for a number longest first: one binary
// search, then from each run to the longest one that it begins with. Immutable, any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "config/types/check.h"

namespace sbc::policy {

class PrefixRuns {
 public:
  struct Run {
    std::string_view prefix;
    uint32_t parent;       // 1 + place of the longest run that `prefix` begins with; 0 = none
    uint32_t first, last;  // places in the list: [first, last)
  };

  /// The next place of the list, which has this prefix. `prefix` must outlive the runs.
  void add(std::string_view prefix);
  const Run& last_run() const { return runs_.back(); }

  /// Calls `visit(run)` for each run whose prefix the number begins with, the longest first, until it gives
  /// something that is not null.
  template <class Visit>
  auto longest_first(std::string_view number, Visit&& visit) const -> decltype(visit(last_run())) {
    // Whatever lies between a prefix of the number and the number itself begins with that prefix.
    auto behind =
        std::upper_bound(runs_.begin(), runs_.end(), number,
                         [](std::string_view wanted, const Run& run) { return wanted < run.prefix; });
    for (size_t at = size_t(behind - runs_.begin()); at > 0; at = runs_[at - 1].parent) {
      const Run& run = runs_[at - 1];
      if (!number.starts_with(run.prefix)) continue;
      if (auto found = visit(run)) return found;
    }
    return nullptr;
  }

 private:
  std::vector<Run> runs_;
  uint32_t size_ = 0;
};

inline void PrefixRuns::add(std::string_view prefix) {
  uint32_t place = size_++;
  if (!runs_.empty() && runs_.back().prefix == prefix) {
    runs_.back().last = size_;
    return;
  }
  SBC_CHECK(runs_.empty() || runs_.back().prefix < prefix);
  auto parent = uint32_t(runs_.size());
  while (parent > 0 && !prefix.starts_with(runs_[parent - 1].prefix)) parent = runs_[parent - 1].parent;
  runs_.push_back({prefix, parent, place, size_});
}

}  // namespace sbc::policy
