// Host names as configurations and the DNS write them (RFC 1123 2.1; an underscore is let pass, as in SRV).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sbc {

inline constexpr size_t host_name_max = 253;

/// In lower case, without a dot at its end; nothing where it is no host name: among these is whatever looks
/// like an IPv4 address.
std::optional<std::string> parse_host_name(std::string_view text);

}  // namespace sbc
