#include "sbc/call/cause.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "dataplane/sip/text.h"

namespace sbc::call {
namespace {

constexpr std::array<std::pair<uint16_t, uint16_t>, 33> causes{{
    {200, 16},  {400, 41}, {401, 21},  {402, 21},  {403, 21}, {404, 1},   {405, 63},  {406, 79},  {407, 21},
    {408, 102}, {410, 22}, {413, 127}, {414, 127}, {415, 79}, {416, 127}, {420, 127}, {423, 127}, {480, 18},
    {481, 41},  {482, 25}, {483, 25},  {484, 28},  {485, 1},  {486, 17},  {487, 16},  {488, 88},  {500, 41},
    {501, 79},  {502, 38}, {504, 102}, {600, 17},  {603, 21}, {604, 1},
}};
constexpr uint16_t temporary_failure = 41;
constexpr uint16_t interworking = 127;

/// Of one Reason value.
std::optional<uint16_t> isdn_cause(std::string_view reason) {
  const size_t semicolon = reason.find(';');
  if (semicolon == reason.npos || !sip::equal_ignoring_case(sip::trim(reason.substr(0, semicolon)), "Q.850"))
    return std::nullopt;
  const auto cause = sip::parameter(reason.substr(semicolon + 1), "cause");
  const auto number = cause ? sip::parse_number(*cause) : std::nullopt;
  return number && *number < 128 ? std::optional(uint16_t(*number)) : std::nullopt;
}

}  // namespace

uint16_t cause_of(int status) {
  auto found =
      std::find_if(causes.begin(), causes.end(), [&](const auto& entry) { return entry.first == status; });
  if (found != causes.end()) return found->second;
  return status == 503 ? temporary_failure : interworking;
}

uint16_t cause_in(const sip::Message& message, uint16_t otherwise) {
  std::optional<uint16_t> cause;
  message.each_element_of(sip::Header::reason, [&](sip::Cursor element) {
    cause = isdn_cause(element.rest());
    return !cause;
  });
  return cause.value_or(otherwise);
}

}  // namespace sbc::call
