// Show: answers of the control socket as people read them: aligned tables, safe for a terminal.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace sbc::control {

/// The answer to `command` (see protocol.h) as text; of an error, "error: …" and its problems.
std::string show(std::string_view command, const nlohmann::ordered_json& answer);

}  // namespace sbc::control
