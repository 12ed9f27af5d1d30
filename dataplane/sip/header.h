// Header field names that the product knows; compact forms included. Names are case-insensitive. The list is
// headers.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbc::sip {

enum class Header : uint8_t {
  other,
#define HEADER(id, name, compact) id,
#include "dataplane/sip/headers.def"
  count_
};
inline constexpr size_t header_count = size_t(Header::count_);
static_assert(header_count <= 128);

/// No name is longer.
inline constexpr size_t header_name_bytes = 32;

/// `other` when the name is none of ours. `name` is a token (RFC 3261 25.1); otherwise it may be taken for
/// another.
Header header_of(std::string_view name);
/// The canonical full name.
std::string_view text_of(Header header);

}  // namespace sbc::sip
