#include "dataplane/sdp/bandwidth.h"

#include <array>

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {

std::optional<Bandwidth> parse_bandwidth(std::string_view value) {
  static constexpr std::array<std::string_view, 5> types{"CT", "AS", "TIAS", "RS", "RR"};
  Bandwidth bandwidth;
  bandwidth.type_text = take_until(value, ':');
  auto figure = parse_number<uint64_t>(value);
  if (!is_token(bandwidth.type_text) || !figure) return std::nullopt;
  bandwidth.type = find_word<BandwidthType>(types, bandwidth.type_text).value_or(BandwidthType::other);
  bandwidth.figure = *figure;
  return bandwidth;
}

}  // namespace sbc::sdp
