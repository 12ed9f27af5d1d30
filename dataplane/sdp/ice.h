// ICE: the attributes of a session or a media section besides its candidates (RFC 8839 5). ice-lite,
// ice-mismatch and end-of-candidates are flags: the attribute's name says it all.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/types/address.h"
#include "config/types/rate.h"

namespace sbc::sdp {

/// 4 to 256 ice-chars.
std::optional<std::string_view> parse_ice_ufrag(std::string_view value);
/// 22 to 256 ice-chars. A secret.
std::optional<std::string_view> parse_ice_pwd(std::string_view value);

/// True where one of the words of ice-options is this one: "trickle", "ice2".
bool has_ice_option(std::string_view value, std::string_view option);

/// The time between connectivity checks: milliseconds, up to 10 digits.
std::optional<Duration> parse_ice_pacing(std::string_view value);

struct RemoteCandidate {
  uint16_t component = 0;  // 1..256
  std::string_view host;
  IpAddress address;  // none() = a host name
  uint16_t port = 0;
};
/// Takes the first of "1 192.0.2.3 45664 2 192.0.2.3 45665" off the front of `rest`; nullopt at the end, and
/// where it is malformed (then `rest` is not empty).
std::optional<RemoteCandidate> take_remote_candidate(std::string_view& rest);

}  // namespace sbc::sdp
