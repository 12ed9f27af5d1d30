// Header parameters (RFC 3261 25.1, generic-param): the walk that checks them.
#pragma once

#include <string_view>

namespace sbc::sip {

struct Parameter {
  std::string_view name;
  std::string_view value;  // with its quotes if quoted; empty when there is none
};

/// Takes the first parameter, and the ';' behind it, off the front of `rest`; white space may stand anywhere
/// between. False when it is malformed. An empty value and a ';' at the end are taken: phones send them, and
/// they mean nothing.
bool take_parameter(std::string_view& rest, Parameter& parameter);

}  // namespace sbc::sip
