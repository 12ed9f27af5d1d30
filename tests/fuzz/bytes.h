// Views of the fuzzers' bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace sbc::fuzz {

inline std::span<const uint8_t> octets(std::string_view bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

inline std::string_view text(std::span<const uint8_t> octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

/// Whether a view points into the bytes it was read from.
inline bool within(std::string_view part, std::string_view whole) {
  std::less_equal<const char*> not_after;
  return part.empty() || (not_after(whole.data(), part.data()) &&
                          not_after(part.data() + part.size(), whole.data() + whole.size()));
}

}  // namespace sbc::fuzz
