// Translation: the number that a call goes on with.
//
// NumberTable is immutable and points into the Model that it was made of, which must outlive it.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "config/model/model.h"
#include "policy/routing/prefix_runs.h"

namespace sbc::policy {

/// What stands in place of which prefix.
class NumberTable {
 public:
  NumberTable() = default;
  explicit NumberTable(const config::Translation& translation);
  /// Of the longest prefix that the number begins with; null: none.
  const config::NumberRule* find(std::string_view number) const;

 private:
  std::vector<const config::NumberRule*> rules_;  // sorted by prefix
  PrefixRuns runs_;
};

/// The number with what stands in place of its prefix, into `out`; itself where there is nothing. False when
/// it does not fit. The URN of a service stays what it is (RFC 5031).
bool translate(const NumberTable& table, std::string_view number, std::span<char> out, size_t& size);

/// The number after the route's strip and add, and then its table (null: it has none), into `out`; false when
/// it does not fit. Of a number shorter than `strip` nothing is left to put behind `add`. The URN of a
/// service stays what it is.
bool translate(const config::Route& route, const NumberTable* table, std::string_view number,
               std::span<char> out, size_t& size);

}  // namespace sbc::policy
