// Line: one line of a session description, and the attribute that an a= line holds.
#pragma once

#include <cstdint>
#include <string_view>

#include "dataplane/sdp/attribute_name.h"

namespace sbc::sdp {

struct Line {
  char type = 0;                              // 'v', 'o', …
  AttributeName name = AttributeName::other;  // of an a= line
  uint32_t name_size = 0;                     // of an a= line: where its name ends in `value`
  std::string_view value;                     // after '='

  bool is(AttributeName attribute) const { return type == 'a' && name == attribute; }
  /// Of an a= line.
  std::string_view name_text() const { return value.substr(0, name_size); }
  constexpr bool has_attribute_value() const { return name_size < value.size(); }
  /// Behind the colon; empty where there is none.
  std::string_view attribute_value() const {
    return has_attribute_value() ? value.substr(name_size + 1) : std::string_view();
  }
};

}  // namespace sbc::sdp
