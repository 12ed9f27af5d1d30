// Origin: who made a session description and which version of it this is, the value of an o= line (RFC
// 8866 5.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbc::sdp {

struct Origin {
  std::string_view username;  // "-" = none; some devices put blanks into it
  std::string_view session_id;
  std::string_view version;
  std::string_view network, family;  // "IN", "IP4"
  std::string_view address;          // or a host name
};

std::optional<Origin> parse_origin(std::string_view value);

/// Six words or more: parse_origin() finds one.
bool is_origin(std::string_view value);

/// The version as a number, for who compares two of them; nullopt where it is none or does not fit.
std::optional<uint64_t> version_number(const Origin& origin);

}  // namespace sbc::sdp
