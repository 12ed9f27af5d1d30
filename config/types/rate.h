// Durations and rates as an operator writes them: "30s", "500ms", "50/s", "1000/min".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbc {

using Duration = std::chrono::nanoseconds;

/// A number directly followed by us, ms, s, min, h or d.
std::optional<Duration> parse_duration(std::string_view text);
std::string duration_text(Duration duration);

/// `events` per `period`, with bursts of up to `burst` events at once.
struct Rate {
  uint32_t events = 0;  // 0 = unlimited
  Duration period{std::chrono::seconds(1)};
  uint32_t burst = 0;  // 0 = as many as one period allows

  /// "50/s", "1000/min", with an optional burst: "50/s burst 200".
  static std::optional<Rate> parse(std::string_view text);
  std::string text() const;
  bool unlimited() const { return events == 0; }
  friend constexpr bool operator==(const Rate&, const Rate&) = default;
};

}  // namespace sbc
