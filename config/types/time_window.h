// TimeWindow: days of the week and hours of the day, as an operator writes them: "mo-fr 08:00-18:00",
// "sa-su", "22:00-06:00".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbc {

/// UTC: what is compared with windows. Everything else runs on monotonic time.
using UtcTime = std::chrono::sys_seconds;

struct TimeWindow {
  static constexpr uint8_t every_day = 0x7f;
  static constexpr uint16_t day_minutes = 24 * 60;

  uint8_t days = every_day;    // bit 0 = Monday
  uint16_t begin = 0;          // minutes of the day
  uint16_t end = day_minutes;  // exclusive; not above `begin`: on the next day

  static std::optional<TimeWindow> parse(std::string_view text);
  std::string text() const;

  /// A window that ends on the next day belongs to the day on which it begins.
  bool holds(UtcTime time, std::chrono::minutes utc_offset) const;
  friend constexpr bool operator==(const TimeWindow&, const TimeWindow&) = default;
};

/// "+01:00", "-03:30", "+00:00": what local time is ahead of UTC, -12:00..+14:00.
std::optional<std::chrono::minutes> parse_utc_offset(std::string_view text);
std::string utc_offset_text(std::chrono::minutes offset);

}  // namespace sbc
