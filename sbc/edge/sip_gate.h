// SipGate: what happens to a SIP datagram before it is interpreted: access list, rates, head, one Hyperscan
// scan, Call-ID. The usage numbers, the worker's inspector and the instant are arguments.
#pragma once

#include <string_view>

#include "dataplane/lane/steering.h"
#include "dataplane/sip/message.h"
#include "sbc/edge/live_snapshot.h"

namespace sbc::edge {

struct Admission {
  Reason reason = Reason::none;  // a drop: count it, nothing else. signature_reject: parse, then refuse
  uint16_t status = 0;           // of the response that signature_reject asks for
  config::Trust trust = config::Trust::unknown;  // denied without a reason: it is heard in its calls alone
  WorkerId owner = WorkerId::none;               // of the call; none: whoever received it may handle it
  const policy::Signature* signature = nullptr;  // the one that decided, also to let pass; null: none matches
  uint32_t score = 0;                            // of all that match
};

class SipGate {
 public:
  SipGate(const Steering& steering, policy::Usage& usage) : steering_(steering), usage_(usage) {}

  /// Reads the head of what gets past the rates into `message`, for whoever interprets it. Counts the
  /// signatures that match in `inspector`, which must be of the same snapshot as `policy`.
  Admission admit(const policy::Compiled& policy, Inspector& inspector, Instant now, RealmId realm,
                  const IpAddress& source, std::string_view datagram, sip::Message& message) const;

 private:
  static void inspect(const policy::SignatureSet& signatures, Inspector& inspector, const sip::Head& head,
                      Admission& admission);

  const Steering& steering_;
  policy::Usage& usage_;
};

}  // namespace sbc::edge
