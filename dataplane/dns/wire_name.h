// Domain names as the DNS carries them (RFC 1035 3.1, 4.1.4).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace sbc::dns {

/// The name at `at` of a message, with dots between its labels and its letters in lower case; the root is
/// empty. `at` is then behind it. Nothing where it is malformed, or has a byte that text could not show.
std::optional<std::string> read_name(std::span<const uint8_t> message, size_t& at);

}  // namespace sbc::dns
