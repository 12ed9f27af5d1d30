// HeaderRule: what an operator wants done with header fields that cross from one side of a call to the other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/types/ids.h"
#include "config/types/located.h"

namespace sbc::config {

/// There can be so many.
inline constexpr size_t header_rules_max = 256;

/// Of the message as it came.
struct HeaderCondition {
  enum class Test : uint8_t { present, absent, equals, prefix, matches };

  Located<std::string> header;
  Test test = Test::present;
  Located<std::string> text;  // of equals, prefix and matches
};

struct HeaderRule {
  enum class Direction : uint8_t { in, out };
  enum class Kind : uint8_t { any, request, response };
  enum class Action : uint8_t { allow, remove, set, add, replace };

  Located<std::string> name;
  Direction direction = Direction::in;        // of messages that come from there, or that go there
  RealmId realm = RealmId::none;              // none = any
  std::string trunk;                          // empty = any
  std::vector<Located<std::string>> methods;  // of a response: its request's; empty = any
  Kind kind = Kind::any;
  uint8_t status_class = 0;  // of a response: 1..6; 0 = any
  std::vector<HeaderCondition> conditions;
  Action action = Action::allow;
  Located<std::string> header;
  Located<std::string> pattern;  // of replace
  Located<std::string> value;    // of set, add and replace
};

}  // namespace sbc::config
