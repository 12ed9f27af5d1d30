// Fragments of SIP messages in the bodies of NOTIFY (RFC 3420): of what one party tells another about its
// call (RFC 3515 2.4.5), the status alone crosses. Pure functions, any thread.
#pragma once

#include <optional>
#include <string_view>

namespace sbc::policy {

/// The type, for Accept and Content-Type.
inline constexpr std::string_view sipfrag_type = "message/sipfrag";

/// The status in a fragment that begins with a status line; nullopt where there is none.
std::optional<int> fragment_status(std::string_view content_type, std::string_view body);

}  // namespace sbc::policy
