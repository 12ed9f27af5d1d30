// The "host" and "port" of the SIP grammar (RFC 3261 25.1, RFC 5954): shared by URIs and Via.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sbc::sip {

/// The length of the host at the front of `text`: a name, a dotted quad, or an IPv6 address in brackets; 0 =
/// none.
size_t host_length(std::string_view text);

/// All of `text` is a port, 1..65535.
std::optional<uint16_t> parse_port(std::string_view text);

}  // namespace sbc::sip
