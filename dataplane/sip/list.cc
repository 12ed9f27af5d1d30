#include "dataplane/sip/list.h"

#include "dataplane/sip/text.h"

namespace sbc::sip {
namespace {

// The position of the comma that ends the element at the front, or the end of `text`.
size_t element_end(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && text[at] != ',') {
    if (text[at] == '"') {
      at = quoted_end(text, at);
    } else {
      if (text[at] == '<') at = text.find('>', at);
      if (at != text.npos) ++at;
    }
    if (at == text.npos) return text.size();
  }
  return at;
}

}  // namespace

std::string_view take_element(std::string_view& rest) {
  size_t end = element_end(rest);
  std::string_view element = trim(rest.substr(0, end));
  rest.remove_prefix(end < rest.size() ? end + 1 : end);
  return element;
}

}  // namespace sbc::sip
