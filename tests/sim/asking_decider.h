// AskingDecider: the compiled routes, but a number that begins with 8 is asked about first and then routed
// without that digit, so that a world can park a call whenever it wants.
#pragma once

#include "sbc/call/decision.h"

namespace sbc::sim {

class AskingDecider final : public call::Decider {
 public:
  /// Answers it understands.
  enum Answer : uint64_t { go_on, refuse, ask_again };

  call::Decision decide(const call::Inquiry& inquiry, const policy::Compiled& policy) const override;
  call::Decision resume(const call::Inquiry& inquiry, uint64_t answer,
                        const policy::Compiled& policy) const override;

 private:
  call::RouteDecider routes_;
};

}  // namespace sbc::sim
