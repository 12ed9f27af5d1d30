#include "dataplane/sip/list.h"

#include <algorithm>

namespace sbc::sip {

std::string_view take_element(std::string_view& rest) {
  CharacterIndex index(rest.substr(0, CharacterIndex::bytes_max));
  Cursor cursor(index, 0, std::min(rest.size(), CharacterIndex::bytes_max));
  std::string_view element = take_element(cursor).rest();
  rest.remove_prefix(cursor.at());
  return element;
}

}  // namespace sbc::sip
