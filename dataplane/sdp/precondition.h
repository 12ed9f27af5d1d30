// Precondition: what a stream needs before the callee may be alerted (RFC 3312 4; segmented or end to end).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbc::sdp {

enum class PreconditionStatus : uint8_t { end_to_end, local, remote };
enum class PreconditionStrength : uint8_t { mandatory, optional, none, failure, unknown };
enum class PreconditionDirection : uint8_t { none, send, receive, both };

struct Precondition {
  std::string_view type;  // "qos"
  PreconditionStatus status = PreconditionStatus::end_to_end;
  PreconditionDirection direction = PreconditionDirection::none;
};
/// The value of curr or conf: "qos local sendrecv".
std::optional<Precondition> parse_precondition(std::string_view value);

struct DesiredPrecondition : Precondition {
  PreconditionStrength strength = PreconditionStrength::none;
};
/// The value of des: "qos mandatory local sendrecv".
std::optional<DesiredPrecondition> parse_desired_precondition(std::string_view value);

}  // namespace sbc::sdp
