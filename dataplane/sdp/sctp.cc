#include "dataplane/sdp/sctp.h"

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {

std::optional<uint16_t> parse_sctp_port(std::string_view value) {
  return parse_number<uint16_t>(only_word(value), 1);
}

std::optional<uint64_t> parse_max_message_size(std::string_view value) {
  return parse_number<uint64_t>(only_word(value));
}

std::optional<Sctpmap> parse_sctpmap(std::string_view value) {
  auto port = parse_number<uint16_t>(take_word(value), 1);
  std::string_view protocol = take_word(value);
  std::string_view rest = trim(value);
  auto streams = rest.empty() ? uint16_t(0) : parse_number<uint16_t>(rest, 1);
  if (!port || !is_token(protocol) || !streams) return std::nullopt;
  return Sctpmap{*port, protocol, *streams};
}

}  // namespace sbc::sdp
