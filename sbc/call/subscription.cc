#include "sbc/call/subscription.h"

#include <algorithm>
#include <array>

#include "dataplane/sip/text.h"
#include "dataplane/sip/values.h"
#include "policy/topology/known_values.h"

namespace sbc::call {
namespace {

/// What stands before the parameters, and these.
struct Parts {
  std::string_view word, parameters;
};
Parts split(std::string_view value) {
  const size_t semicolon = std::min(value.find(';'), value.size());
  return {sip::trim(value.substr(0, semicolon)), value.substr(std::min(semicolon + 1, value.size()))};
}

std::optional<uint32_t> number_in(std::string_view parameters, std::string_view name) {
  auto value = sip::parameter(parameters, name);
  return value ? sip::parse_number(*value) : std::nullopt;
}

}  // namespace

Reason read_event(const sip::Message& notify, ReferEvent& event) {
  const Parts parts = split(notify.value(sip::Header::event));
  if (!sip::equal_ignoring_case(parts.word, "refer")) return Reason::event_unknown;
  event.id = number_in(parts.parameters, "id");
  return event.id || !sip::parameter(parts.parameters, "id") ? Reason::none : Reason::subscription_unknown;
}

Reason read_subscription(const sip::Message& notify, SubscriptionState& subscription) {
  static constexpr std::array<std::string_view, 3> states{"active", "pending", "terminated"};
  if (!notify.has(sip::Header::subscription_state)) return Reason::header_missing;
  const Parts parts = split(notify.value(sip::Header::subscription_state));
  auto known = std::find_if(states.begin(), states.end(), [&](std::string_view state) {
    return sip::equal_ignoring_case(parts.word, state);
  });
  if (known == states.end()) return Reason::header_bad;
  subscription = {
      *known, number_in(parts.parameters, "expires"), number_in(parts.parameters, "retry-after"), {}};
  const std::string_view reason = sip::parameter(parts.parameters, "reason").value_or("");
  if (policy::is_subscription_reason(reason)) subscription.reason = reason;
  return Reason::none;
}

void write_subscription(sip::Writer& out, uint32_t id, const SubscriptionState& subscription) {
  out.name(sip::Header::event).text("refer;id=").number(id).end_line();
  out.name(sip::Header::subscription_state).text(subscription.state);
  if (subscription.expires) out.text(";expires=").number(*subscription.expires);
  if (!subscription.reason.empty()) out.text(";reason=").text(subscription.reason);
  if (subscription.retry_after) out.text(";retry-after=").number(*subscription.retry_after);
  out.end_line();
}

}  // namespace sbc::call
