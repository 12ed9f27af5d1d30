#include "dataplane/sip/parameters.h"

#include <optional>

#include "dataplane/sip/text.h"
#include "dataplane/sip/uri.h"

namespace sbc::sip {
namespace {

size_t skip_space(std::string_view text, size_t at) { return at + span(text, class_space, at); }

// The end of the value at `at`: a quoted string, or visible characters (tokens, hosts, and the '=' that
// base64 leaves in tags). npos for a quoted string without end.
size_t value_end(std::string_view text, size_t at) {
  return at < text.size() && text[at] == '"' ? quoted_end(text, at) : at + span(text, class_value, at);
}

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

bool take_parameter(std::string_view& rest, Parameter& parameter) {
  size_t begin = skip_space(rest, 0);
  size_t at = begin + span(rest, class_token, begin);
  parameter = {rest.substr(begin, at - begin), {}};
  if (parameter.name.empty()) return false;
  at = skip_space(rest, at);
  if (at < rest.size() && rest[at] == '=') {
    begin = skip_space(rest, at + 1);
    at = value_end(rest, begin);
    if (at == rest.npos) return false;
    parameter.value = rest.substr(begin, at - begin);
    at = skip_space(rest, at);
  }
  if (at < rest.size() && rest[at] != ';') return false;
  rest.remove_prefix(at < rest.size() ? at + 1 : at);
  return true;
}

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
