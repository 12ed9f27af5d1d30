#include "dataplane/sdp/precondition.h"

#include <array>

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

constexpr std::array<std::string_view, 3> statuses{"e2e", "local", "remote"};
constexpr std::array<std::string_view, 5> strengths{"mandatory", "optional", "none", "failure", "unknown"};
constexpr std::array<std::string_view, 4> directions{"none", "send", "recv", "sendrecv"};

/// "local sendrecv", and nothing behind it.
bool parse_status(std::string_view value, Precondition& precondition) {
  auto status = find_word<PreconditionStatus>(statuses, take_word(value));
  auto direction = find_word<PreconditionDirection>(directions, only_word(value));
  if (!status || !direction || !is_token(precondition.type)) return false;
  precondition.status = *status;
  precondition.direction = *direction;
  return true;
}

}  // namespace

std::optional<Precondition> parse_precondition(std::string_view value) {
  Precondition precondition;
  precondition.type = take_word(value);
  return parse_status(value, precondition) ? std::optional(precondition) : std::nullopt;
}

std::optional<DesiredPrecondition> parse_desired_precondition(std::string_view value) {
  DesiredPrecondition precondition;
  precondition.type = take_word(value);
  auto strength = find_word<PreconditionStrength>(strengths, take_word(value));
  if (!strength || !parse_status(value, precondition)) return std::nullopt;
  precondition.strength = *strength;
  return precondition;
}

}  // namespace sbc::sdp
