// Contact: who answers for a session: e= and p= lines (RFC 8866 5.6). i= is free text, u= a URI: their lines'
// values as they stand.
#pragma once

#include <optional>
#include <string_view>

namespace sbc::sdp {

struct Contact {
  std::string_view address;  // "j.doe@example.com", "+1 617 555-6011"
  std::string_view name;     // empty = none
};
/// "j.doe@example.com (Jane Doe)", "Jane Doe <j.doe@example.com>", "+1 617 555-6011".
std::optional<Contact> parse_contact(std::string_view value);

}  // namespace sbc::sdp
