// Direction: who sends media (RFC 8866 6.7, RFC 3264 5.1).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/sdp/line.h"

namespace sbc::sdp {

enum class Direction : uint8_t { sendrecv, sendonly, recvonly, inactive };
inline constexpr std::array<std::string_view, 4> direction_words{"sendrecv", "sendonly", "recvonly",
                                                                 "inactive"};

constexpr bool is_direction(AttributeName name) {
  return name >= AttributeName::sendrecv && name <= AttributeName::inactive;
}

/// What an a= line says about it: a direction's name without a value.
constexpr std::optional<Direction> direction_of(const Line& line) {
  static_assert(int(AttributeName::inactive) - int(AttributeName::sendrecv) == int(Direction::inactive));
  if (!is_direction(line.name) || line.has_attribute_value()) return std::nullopt;
  return Direction(int(line.name) - int(AttributeName::sendrecv));
}

}  // namespace sbc::sdp
