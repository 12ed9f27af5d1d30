// SCTP: the association that carries data channels (RFC 8841), and the sctpmap of its drafts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbc::sdp {

/// 1..65535.
std::optional<uint16_t> parse_sctp_port(std::string_view value);

/// Bytes; 0 = any size.
std::optional<uint64_t> parse_max_message_size(std::string_view value);

struct Sctpmap {
  uint16_t port = 0;
  std::string_view protocol;  // "webrtc-datachannel"
  uint16_t streams = 0;       // 0 = not given
};
/// "5000 webrtc-datachannel 1024".
std::optional<Sctpmap> parse_sctpmap(std::string_view value);

}  // namespace sbc::sdp
