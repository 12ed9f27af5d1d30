// AttributeName: which SDP attribute an a= line holds, found once, when the line is read. Case is ignored:
// some devices write fax attributes their own way. Our writer restores the canonical spelling, so that nobody
// behind us reads another meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbc::sdp {

enum class AttributeName : uint8_t {
  other,
#define ATTRIBUTE(name, text) name,
#include "dataplane/sdp/attribute_names.def"
  count_
};
inline constexpr size_t attribute_name_count = size_t(AttributeName::count_);

/// `other` when the name is none of ours.
AttributeName attribute_name_of(std::string_view name);
/// The canonical spelling; empty for `other`.
std::string_view text_of(AttributeName name);

/// The name in front of an a= line's value, up to the ':' or the end.
struct NameInFront {
  AttributeName name = AttributeName::other;
  size_t size = 0;
};
/// Bytes up to `readable_end`, which may lie behind the value, may be read; they are not looked at.
NameInFront name_in_front(std::string_view value, const char* readable_end);

}  // namespace sbc::sdp
