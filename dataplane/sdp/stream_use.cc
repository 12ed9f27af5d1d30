#include "dataplane/sdp/stream_use.h"

#include <array>

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {

std::optional<std::string_view> parse_label(std::string_view value) {
  std::string_view label = only_word(value);
  return is_token(label) ? std::optional(label) : std::nullopt;
}

std::optional<uint8_t> parse_content(std::string_view value) {
  static constexpr std::array<std::string_view, 5> contents{"slides", "speaker", "sl", "main", "alt"};
  uint8_t found = 0;
  do {
    std::string_view word = trim(take_until(value, ','));
    if (!is_token(word)) return std::nullopt;
    if (auto content = find_word<Content>(contents, word)) found = uint8_t(found | 1u << unsigned(*content));
  } while (!value.empty());
  return found;
}

}  // namespace sbc::sdp
