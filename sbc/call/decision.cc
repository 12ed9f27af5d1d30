#include "sbc/call/decision.h"

#include "policy/topology/topology.h"

namespace sbc::call {

Decision RouteDecider::decide(const Inquiry& inquiry, const policy::Compiled& policy) const {
  // Nothing of one side's network is dialled on the other.
  if (policy::looks_like_address(inquiry.number)) return Refused{Reason::no_rule};
  const policy::RouteChoice* choice =
      policy.routes.find({inquiry.realm, inquiry.number, inquiry.trunk, inquiry.from_number,
                          inquiry.to_number, inquiry.invite, inquiry.time});
  if (!choice) return Refused{Reason::no_rule};
  Done done;
  CallProfile& profile = done.profile;
  const config::Route& route = *choice->route;
  size_t size = 0;
  profile.route = std::string_view(route.name.value);
  if (!policy.routes.translate(*choice, inquiry.number, profile.number.bytes, size))
    return Refused{Reason::no_rule, profile.route};
  profile.number.size = uint8_t(size);
  if (!route.redirect.empty())
    return Redirected{profile.number, std::string_view(route.redirect), profile.route};
  const policy::Chooser chooser{inquiry.random, inquiry.from_number, inquiry.invite->call_id()};
  profile.trunk_count = uint8_t(policy::order_trunks(choice->tiers, chooser, *inquiry.usage, profile.trunks));
  profile.ring_timeout = route.ring_timeout;
  profile.attempt_timeout = route.attempt_timeout;
  profile.progress_timeout = route.progress_timeout;
  return done;
}

Decision RouteDecider::resume(const Inquiry& inquiry, uint64_t, const policy::Compiled& policy) const {
  return decide(inquiry, policy);
}

}  // namespace sbc::call
