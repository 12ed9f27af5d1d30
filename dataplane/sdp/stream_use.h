// Stream use: what a media section is for: label (RFC 4574) and content (RFC 4796).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbc::sdp {

/// One token.
std::optional<std::string_view> parse_label(std::string_view value);

enum class Content : uint8_t { slides, speaker, sign_language, main, alternative };

/// The contents that we know, of a ','-separated list, as bits: 1 << Content. Others are passed over; nullopt
/// where one is no token.
std::optional<uint8_t> parse_content(std::string_view value);

}  // namespace sbc::sdp
