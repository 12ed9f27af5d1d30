// Whether a view points into the bytes it was read from.
#pragma once

#include <functional>
#include <string_view>

namespace sbc::fuzz {

inline bool within(std::string_view part, std::string_view whole) {
  std::less_equal<const char*> not_after;
  return part.empty() || (not_after(whole.data(), part.data()) &&
                          not_after(part.data() + part.size(), whole.data() + whole.size()));
}

}  // namespace sbc::fuzz
