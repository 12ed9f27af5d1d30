// Bandwidth: the value of a b= line (RFC 8866 5.8; TIAS: RFC 3890; RS, RR: RFC 3556).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbc::sdp {

enum class BandwidthType : uint8_t {
  conference_total,       // CT, kbit/s
  application_specific,   // AS, kbit/s
  transport_independent,  // TIAS, bit/s
  rtcp_senders,           // RS, bit/s
  rtcp_receivers,         // RR, bit/s
  other                   // X-…: ignored (RFC 8866 5.8)
};

struct Bandwidth {
  BandwidthType type = BandwidthType::other;
  std::string_view type_text;
  uint64_t figure = 0;
};
/// "AS:64".
std::optional<Bandwidth> parse_bandwidth(std::string_view value);

}  // namespace sbc::sdp
