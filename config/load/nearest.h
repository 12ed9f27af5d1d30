// Nearest: which of the known names an operator probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sbc::config {

/// The candidate that differs least from `written`; empty when none is near enough to suggest.
std::string nearest(std::string_view written, std::span<const std::string> candidates);

/// "a, b, c", or "none".
std::string join(std::span<const std::string> names);

/// "did you mean 'x'? " where one is near, then what there is: "ports: access0, core0".
std::string suggestion(std::string_view written, std::span<const std::string> candidates,
                       std::string_view what);

}  // namespace sbc::config
