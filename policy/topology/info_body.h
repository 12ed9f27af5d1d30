// Bodies of INFO that may cross from one leg to the other: digits and requests for a new picture. Each has a
// grammar of its own that is known whole here: no free text can name anything of the other side. Pure
// functions, any thread.
#pragma once

#include <optional>
#include <string_view>

namespace sbc::policy {

/// The types that cross, for Accept.
inline constexpr std::string_view info_body_types =
    "application/dtmf-relay, application/dtmf, application/media_control+xml";

/// The type as we write it; empty where the message has no body. nullopt where the
/// body must not cross.
std::optional<std::string_view> crossing_info_body(std::string_view content_type, std::string_view body);

}  // namespace sbc::policy
