#include "dataplane/sdp/timing.h"

#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

constexpr uint64_t seconds_max = 999'999'999'999;  // thirty thousand years

/// Of a unit's letter; 0 of anything else.
uint64_t seconds_in(char unit) {
  switch (unit) {
    case 'd':
      return 86'400;
    case 'h':
      return 3'600;
    case 'm':
      return 60;
    case 's':
      return 1;
    default:
      return 0;
  }
}

/// "3600", "1h", "25h", "7d", "-1h".
std::optional<int64_t> parse_seconds(std::string_view text) {
  bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  uint64_t unit = text.empty() ? 0 : seconds_in(text.back());
  if (unit > 0) text.remove_suffix(1);
  if (unit == 0) unit = 1;
  auto count = parse_number<uint64_t>(text, 0, seconds_max / unit);
  if (!count) return std::nullopt;
  return negative ? -int64_t(*count * unit) : int64_t(*count * unit);
}

}  // namespace

std::optional<Timing> parse_timing(std::string_view value) {
  auto start = parse_number<uint64_t>(take_word(value));
  auto stop = parse_number<uint64_t>(only_word(value));
  return start && stop ? std::optional(Timing{*start, *stop}) : std::nullopt;
}

std::optional<Repeat> parse_repeat(std::string_view value) {
  auto interval = parse_seconds(take_word(value)), duration = parse_seconds(take_word(value));
  std::string_view offsets = trim(value);
  if (!interval || *interval <= 0 || !duration || *duration <= 0 || offsets.empty()) return std::nullopt;
  for (std::string_view rest = offsets; !rest.empty();) {
    if (!take_offset(rest)) return std::nullopt;
  }
  return Repeat{uint64_t(*interval), uint64_t(*duration), offsets};
}

std::optional<int64_t> take_offset(std::string_view& rest) { return parse_seconds(take_word(rest)); }

std::optional<ZoneAdjustment> take_zone_adjustment(std::string_view& rest) {
  std::string_view after = rest;
  auto time = parse_number<uint64_t>(take_word(after));
  auto offset = parse_seconds(take_word(after));
  if (!time || !offset) {
    rest = trim(rest);
    return std::nullopt;
  }
  rest = after;
  return ZoneAdjustment{*time, *offset};
}

}  // namespace sbc::sdp
