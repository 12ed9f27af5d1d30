#include "dataplane/sdp/rtcp.h"

#include "dataplane/sdp/words.h"

namespace sbc::sdp {

std::optional<Rtcp> parse_rtcp(std::string_view value) {
  auto port = parse_number<uint16_t>(take_word(value));
  if (!port) return std::nullopt;
  if (trim(value).empty()) return Rtcp{*port, {}};
  auto connection = parse_connection(value);
  if (!connection || connection->ttl != 0 || connection->count != 1) return std::nullopt;
  return Rtcp{*port, connection};
}

std::optional<uint16_t> rtcp_port_of(std::string_view value) {
  return parse_number<uint16_t>(take_word(value));
}

}  // namespace sbc::sdp
