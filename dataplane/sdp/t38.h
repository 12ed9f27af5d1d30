// T38: how a fax over UDPTL is to be sent (ITU-T T.38 annex D 2.3).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "dataplane/sdp/line.h"

namespace sbc::sdp {

enum class T38RateManagement : uint8_t { local, transferred };
enum class T38ErrorCorrection : uint8_t { none, redundancy, fec };

/// What a section's lines say; of several lines about one thing the first counts.
struct T38 {
  std::optional<uint8_t> version;
  std::optional<uint32_t> max_bit_rate;                       // bit/s
  std::optional<uint32_t> max_buffer, max_datagram, max_ifp;  // bytes
  std::optional<T38RateManagement> rate_management;
  std::optional<T38ErrorCorrection> error_correction;
  bool fill_bit_removal = false, transcoding_mmr = false, transcoding_jbig = false;
};

/// nullopt where a value of one of the lines is malformed.
std::optional<T38> parse_t38(std::span<const Line> lines);

/// A T.38 flag: its name alone, or ":1" and ":0" as some gateways write it; nullopt for anything else.
std::optional<bool> parse_t38_flag(const Line& line);

}  // namespace sbc::sdp
