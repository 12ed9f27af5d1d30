#include "dataplane/sip/parameters.h"

#include <optional>

#include "dataplane/sip/text.h"
#include "dataplane/sip/uri.h"

namespace sbc::sip {
namespace {

// The ';' that ends the parameter at the front, quoted strings respected; or the end of `text`.
size_t parameter_end(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && text[at] != ';') {
    at = text[at] == '"' ? quoted_end(text, at) : at + 1;
    if (at == text.npos) return text.size();
  }
  return at;
}

}  // namespace

std::optional<std::string_view> parameter(std::string_view parameters, std::string_view name) {
  while (!parameters.empty()) {
    size_t end = parameter_end(parameters);
    std::string_view one = trim(parameters.substr(0, end));
    parameters.remove_prefix(end < parameters.size() ? end + 1 : end);
    size_t equals = one.find('=');
    if (!equal_ignoring_case(trim_right(one.substr(0, equals)), name)) continue;
    return equals == one.npos ? std::string_view{} : trim(one.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace sbc::sip
