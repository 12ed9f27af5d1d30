// Comma-separated header values (RFC 3261 7.3.1).
#pragma once

#include <string_view>

#include "dataplane/sip/cursor.h"

namespace sbc::sip {

/// Takes the element that the cursor is at, and the comma behind it; quoted strings and <...> hide commas.
/// The element is what the result has before it, trimmed.
[[gnu::always_inline]] inline Cursor take_element(Cursor& cursor) {
  Cursor element = cursor.until(cursor.element_end());
  cursor.move_to(element.end() + (element.end() < cursor.end()));
  element.skip_space();
  element.trim_end();
  return element;
}

/// The same off the front of `rest`, as text.
std::string_view take_element(std::string_view& rest);

/// Calls `visit(element)` for each element that is not empty; `visit` returns false to stop.
template <class Visit>
void each_element(std::string_view value, Visit&& visit) {
  if (value.size() > CharacterIndex::bytes_max) return;
  CharacterIndex index(value);
  for (Cursor cursor(index, 0, value.size()); !cursor.done();) {
    std::string_view element = take_element(cursor).rest();
    if (!element.empty() && !visit(element)) return;
  }
}

}  // namespace sbc::sip
