// Printable: text from the network made safe for a terminal and a log file.
#pragma once

#include <string>
#include <string_view>

namespace sbc::control {

/// Printable ASCII as it is; every other byte, and the backslash, as \xHH.
std::string printable(std::string_view text);

}  // namespace sbc::control
