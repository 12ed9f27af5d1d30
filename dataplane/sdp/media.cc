#include "dataplane/sdp/media.h"

#include "dataplane/sdp/words.h"

namespace sbc::sdp {

bool Media::is_rtp() const { return protocol.find("RTP/") != protocol.npos; }

std::array<uint64_t, 2> Media::payload_types() const {
  std::array<uint64_t, 2> types{};
  if (!is_rtp()) return types;
  std::string_view rest = formats;
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    auto type = parse_number<uint8_t>(word, 0, 127);
    if (type) types[*type / 64] |= uint64_t(1) << (*type % 64);
  }
  return types;
}

bool parse_media(std::string_view value, Media& media) {
  media.kind = take_word(value);
  std::string_view port = take_word(value);
  media.protocol = take_word(value);
  media.formats = trim(value);
  size_t slash = port.find('/');
  auto number = parse_number<uint16_t>(port.substr(0, slash));
  auto count = slash == port.npos ? uint16_t(1) : parse_number<uint16_t>(port.substr(slash + 1), 1);
  if (!number || !count || media.protocol.empty()) return false;
  media.port = *number;
  media.port_count = *count;
  return !media.formats.empty() || media.port == 0;
}

}  // namespace sbc::sdp
