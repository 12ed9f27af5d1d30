#include "dataplane/sdp/simulcast.h"

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

bool are_streams(std::string_view streams) {
  if (streams.empty() || streams.ends_with(';')) return false;
  while (!streams.empty()) {
    std::string_view stream = take_stream(streams);
    if (stream.empty() || stream.ends_with(',')) return false;
    while (!stream.empty()) {
      if (!take_alternative(stream)) return false;
    }
  }
  return true;
}

}  // namespace

std::optional<Rid> parse_rid(std::string_view value) {
  Rid rid;
  rid.id = take_word(value);
  std::string_view direction = take_word(value);
  rid.sends = direction == "send";
  rid.restrictions = trim(value);
  if (!is_word_of(rid.id, class_rid) || (!rid.sends && direction != "recv")) return std::nullopt;
  return rid;
}

std::optional<uint8_t> take_payload_type(std::string_view& rest) {
  return parse_number<uint8_t>(take_until(rest, ','), 0, 127);
}

std::optional<Simulcast> parse_simulcast(std::string_view value) {
  Simulcast simulcast;
  do {
    std::string_view direction = take_word(value), streams = take_word(value);
    bool sends = direction == "send";
    std::string_view& place = sends ? simulcast.send : simulcast.receive;
    if ((!sends && direction != "recv") || !place.empty() || !are_streams(streams)) return std::nullopt;
    place = streams;
  } while (!trim(value).empty());
  return simulcast;
}

std::string_view take_stream(std::string_view& rest) { return take_until(rest, ';'); }

std::optional<StreamAlternative> take_alternative(std::string_view& stream) {
  StreamAlternative alternative;
  alternative.rid = take_until(stream, ',');
  alternative.paused = alternative.rid.starts_with('~');
  if (alternative.paused) alternative.rid.remove_prefix(1);
  return is_word_of(alternative.rid, class_rid) ? std::optional(alternative) : std::nullopt;
}

}  // namespace sbc::sdp
