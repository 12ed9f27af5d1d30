#include "tests/sim/asking_decider.h"

namespace sbc::sim {

call::Decision AskingDecider::decide(const call::Inquiry& inquiry, const policy::Compiled& policy) const {
  if (inquiry.number.starts_with('8')) return call::Need{std::string_view("where is this number?")};
  return routes_.decide(inquiry, policy);
}

call::Decision AskingDecider::resume(const call::Inquiry& inquiry, uint64_t answer,
                                     const policy::Compiled& policy) const {
  if (answer == refuse) return call::Refused{Reason::no_rule};
  if (answer == ask_again) return call::Need{std::string_view("are you sure?")};
  call::Inquiry routed = inquiry;
  if (routed.number.starts_with('8')) routed.number.remove_prefix(1);
  return routes_.decide(routed, policy);
}

}  // namespace sbc::sim
