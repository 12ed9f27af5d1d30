// Timing: when a session takes place: t=, r= and z= lines (RFC 8866 5.9 to 5.11). Calls say "0 0".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbc::sdp {

struct Timing {
  uint64_t start = 0, stop = 0;  // seconds since 1900; 0 = from always, for ever
};
/// "3724394400 3724398000".
std::optional<Timing> parse_timing(std::string_view value);

struct Repeat {
  uint64_t interval = 0, duration = 0;  // seconds, above 0
  std::string_view offsets;             // for take_offset(); one at least, all well-formed
};
/// "7d 1h 0 25h".
std::optional<Repeat> parse_repeat(std::string_view value);
/// Takes the first offset, seconds, off the front of `rest`; nullopt at the end and where it is malformed.
std::optional<int64_t> take_offset(std::string_view& rest);

struct ZoneAdjustment {
  uint64_t time = 0;   // seconds since 1900
  int64_t offset = 0;  // seconds
};
/// Takes the first of "2882844526 -1h 2898848070 0" off the front of `rest`; nullopt at the end, and where it
/// is malformed (then `rest` is not empty).
std::optional<ZoneAdjustment> take_zone_adjustment(std::string_view& rest);

}  // namespace sbc::sdp
