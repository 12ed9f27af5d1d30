#include "dataplane/sip/header.h"

#include <cstring>

#include "dataplane/sip/header_table.h"

namespace sbc::sip {

Header header_of(std::string_view name) {
  if (name.empty() || name.size() > header_name_bytes) return Header::other;
  char padded[header_name_bytes] = {};
  std::memcpy(padded, name.data(), name.size());
  return header_table::header_at(padded, name.size());
}

std::string_view text_of(Header header) { return header_table::rows[size_t(header)].name; }

}  // namespace sbc::sip
