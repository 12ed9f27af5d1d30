// Digit: a key that was pressed, as signalling (INFO) and media (telephone-event) both tell it.
#pragma once

#include <cstdint>

namespace sbc::media {

struct Digit {
  uint8_t event = 0;  // RFC 4733 3.2: 0 to 9, 10 = *, 11 = #, 12 to 15 = A to D, 16 = flash
  uint16_t duration_ms = 0;

  friend bool operator==(const Digit&, const Digit&) = default;
};

inline constexpr uint8_t last_digit_event = 16;

}  // namespace sbc::media
