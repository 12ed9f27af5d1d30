// SipGate: what happens to a SIP datagram before it is parsed: access list, rates, one Hyperscan scan,
// Call-ID. Pure: the usage numbers, the scratch and the instant are arguments.
#pragma once

#include <string_view>

#include "dataplane/lane/steering.h"
#include "policy/compiled/compiled.h"

namespace sbc::edge {

struct Admission {
  Reason reason = Reason::none;  // a drop: count it, nothing else. signature_reject: parse, then refuse
  config::Trust trust = config::Trust::unknown;
  WorkerId owner = WorkerId::none;               // of the call; none: whoever received it may handle it
  const policy::Signature* signature = nullptr;  // the one that matched, if any
};

class SipGate {
 public:
  SipGate(const Steering& steering, policy::Usage& usage) : steering_(steering), usage_(usage) {}

  Admission admit(const policy::Compiled& policy, match::Scratch& scratch, Instant now, RealmId realm,
                  const IpAddress& source, std::string_view datagram) const;

 private:
  const Steering& steering_;
  policy::Usage& usage_;
};

}  // namespace sbc::edge
