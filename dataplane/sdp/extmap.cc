#include "dataplane/sdp/extmap.h"

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {

std::optional<Extmap> parse_extmap(std::string_view value) {
  std::string_view head = take_word(value);
  size_t slash = head.find('/');
  auto id = parse_number<uint16_t>(head.substr(0, slash), 1, 4351);
  Extmap extmap;
  extmap.uri = take_word(value);
  extmap.attributes = trim(value);
  if (!id || (*id > 255 && *id < 4096) || !is_word_of(extmap.uri, class_visible)) return std::nullopt;
  extmap.id = *id;
  if (slash == head.npos) return extmap;
  extmap.direction = find_word<Direction>(direction_words, head.substr(slash + 1));
  return extmap.direction ? std::optional(extmap) : std::nullopt;
}

}  // namespace sbc::sdp
