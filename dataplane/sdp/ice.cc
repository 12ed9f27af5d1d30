#include "dataplane/sdp/ice.h"

#include <chrono>

#include "dataplane/sdp/characters.h"
#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

std::optional<std::string_view> ice_word(std::string_view value, size_t size_min) {
  std::string_view word = only_word(value);
  return is_word_of(word, class_ice, 256, size_min) ? std::optional(word) : std::nullopt;
}

}  // namespace

std::optional<std::string_view> parse_ice_ufrag(std::string_view value) { return ice_word(value, 4); }

std::optional<std::string_view> parse_ice_pwd(std::string_view value) { return ice_word(value, 22); }

bool has_ice_option(std::string_view value, std::string_view option) {
  for (std::string_view word = take_word(value); !word.empty(); word = take_word(value)) {
    if (word == option) return true;
  }
  return false;
}

std::optional<Duration> parse_ice_pacing(std::string_view value) {
  auto pacing = parse_number<uint64_t>(only_word(value), 0, 9'999'999'999);
  if (!pacing) return std::nullopt;
  return std::chrono::milliseconds(*pacing);
}

std::optional<RemoteCandidate> take_remote_candidate(std::string_view& rest) {
  std::string_view after = rest;
  auto component = parse_number<uint16_t>(take_word(after), 1, 256);
  RemoteCandidate candidate;
  candidate.host = take_word(after);
  auto port = parse_number<uint16_t>(take_word(after));
  if (!component || !port) {
    rest = trim(rest);
    return std::nullopt;
  }
  candidate.component = *component;
  candidate.address = IpAddress::parse(candidate.host).value_or(IpAddress{});
  candidate.port = *port;
  rest = after;
  return candidate;
}

}  // namespace sbc::sdp
