#include "dataplane/sdp/contact.h"

#include "dataplane/sdp/words.h"

namespace sbc::sdp {

std::optional<Contact> parse_contact(std::string_view value) {
  value = trim(value);
  char last = value.empty() ? '\0' : value.back();
  size_t open = last == ')' ? value.find('(') : last == '>' ? value.find('<') : value.npos;
  Contact contact{value, {}};
  if (open != value.npos) {
    std::string_view outside = trim(value.substr(0, open));
    std::string_view inside = trim(value.substr(open + 1, value.size() - open - 2));
    contact = last == ')' ? Contact{outside, inside} : Contact{inside, outside};
  }
  bool plain = contact.address.find_first_of("()<>") == value.npos;
  return plain && !contact.address.empty() ? std::optional(contact) : std::nullopt;
}

}  // namespace sbc::sdp
