#include "sbc/control/printable.h"

#include <cstdint>

namespace sbc::control {

std::string printable(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string result;
  result.reserve(text.size());
  for (char c : text) {
    if (c >= 0x20 && c < 0x7f && c != '\\') {
      result += c;
    } else {
      result += "\\x";
      result += digits[uint8_t(c) >> 4];
      result += digits[uint8_t(c) & 15];
    }
  }
  return result;
}

}  // namespace sbc::control
