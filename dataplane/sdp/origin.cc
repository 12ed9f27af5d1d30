#include "dataplane/sdp/origin.h"

#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

/// Takes the last word, and the blanks around it, off the end of `rest`.
std::string_view take_last_word(std::string_view& rest) {
  rest = trim(rest);
  size_t blank = rest.rfind(' ');
  std::string_view word = blank == rest.npos ? rest : rest.substr(blank + 1);
  rest.remove_suffix(word.size());
  return word;
}

}  // namespace

std::optional<Origin> parse_origin(std::string_view value) {
  Origin origin;
  origin.address = take_last_word(value);
  origin.family = take_last_word(value);
  origin.network = take_last_word(value);
  origin.version = take_last_word(value);
  origin.session_id = take_last_word(value);
  origin.username = trim(value);
  if (origin.username.empty()) return std::nullopt;
  return origin;
}

bool is_origin(std::string_view value) {
  for (int words = 0; words < 6; ++words) {
    if (take_word(value).empty()) return false;
  }
  return true;
}

std::optional<uint64_t> version_number(const Origin& origin) {
  return parse_number<uint64_t>(origin.version);
}

}  // namespace sbc::sdp
