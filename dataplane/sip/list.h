// Comma-separated header values (RFC 3261 7.3.1).
#pragma once

#include <string_view>

namespace sbc::sip {

/// Takes the first element (trimmed) off the front of `rest`; quoted strings and <...> hide commas.
std::string_view take_element(std::string_view& rest);

template <class Visit>
void each_element(std::string_view value, Visit&& visit) {
  while (!value.empty()) {
    std::string_view element = take_element(value);
    if (!element.empty() && !visit(element)) return;
  }
}

}  // namespace sbc::sip
