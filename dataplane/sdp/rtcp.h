// Rtcp: where a stream's RTCP goes when it is not the next port (RFC 3605). rtcp-mux (RFC 5761),
// rtcp-mux-only (RFC 8858) and rtcp-rsize (RFC 5506) are flags: the attribute's name says it all.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/sdp/connection.h"

namespace sbc::sdp {

struct Rtcp {
  uint16_t port = 0;
  std::optional<Connection> connection;  // where the media does not go
};

/// "53020", "53020 IN IP4 192.0.2.1".
std::optional<Rtcp> parse_rtcp(std::string_view value);

/// Only the port, whatever follows.
std::optional<uint16_t> rtcp_port_of(std::string_view value);

}  // namespace sbc::sdp
