// Ranges: what each number of the configuration may be. The one place; defaults stand in
// config/model/model.h.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sbc::config {

enum class Unit : uint8_t { count, duration, rate };

struct Range {
  std::string_view rule;  // the key without names: "realms.dscp.media"
  Unit unit = Unit::count;
  int64_t min = 0;  // durations in nanoseconds; of a rate: events, and burst
  int64_t max = 0;
  std::string_view zero = {};  // what 0 means where it is more than a number

  bool holds(int64_t value) const { return value >= min && value <= max; }
  /// "1..32", "100ms..32s".
  std::string text() const;
};

std::span<const Range> ranges();
/// Every number that is read has one: SBC_CHECK.
const Range& range_of(std::string_view rule);

}  // namespace sbc::config
