#include "sbc/edge/sip_gate.h"

#include <algorithm>

namespace sbc::edge {
namespace {

/// Of a datagram that is no SIP message; none for one that is.
Reason reason_of(sip::Kind kind) {
  switch (kind) {
    case sip::Kind::keepalive:
    case sip::Kind::stun:
      return Reason::keepalive;
    case sip::Kind::junk:
      return Reason::not_sip;
    case sip::Kind::request:
    case sip::Kind::response:
      break;
  }
  return Reason::none;
}

/// A request outside of any dialog; a CANCEL is for what has begun.
bool begins(const sip::Head& head) {
  if (head.kind() != sip::Kind::request || head.start_line().starts_with("CANCEL ")) return false;
  const sip::Field* to = head.find(sip::Header::to);
  sip::NameAddr party;
  return !to || sip::parse_name_addr(to->value, party) != Reason::none || party.tag().empty();
}

}  // namespace

Admission SipGate::admit(const policy::Compiled& policy, Inspector& inspector, Instant now, RealmId realm,
                         const IpAddress& source, std::string_view datagram, sip::Message& message) const {
  Admission admission;
  policy::Verdict verdict = policy.access.judge(realm, source);
  admission.trust = verdict.trust;
  if (!verdict.is_heard()) {
    admission.reason = verdict.reason;
    return admission;
  }
  auto read = [&] {
    return reason_of(message.read(datagram, policy.model->realms[index_of(realm)].messages));
  };
  config::Trust rated = verdict.trust;
  if (verdict.in_calls) {
    // What calls that are up have to say is not held to the rate of a stranger, as what begins one is.
    admission.reason = read();
    if (admission.reason == Reason::none && begins(message.head())) {
      if (verdict.trust == config::Trust::denied) admission.reason = verdict.reason;
    } else {
      rated = std::max(rated, config::Trust::registered);
    }
    if (admission.reason == Reason::keepalive) rated = verdict.trust;
    if (admission.reason != Reason::none && admission.reason != Reason::keepalive) return admission;
  }
  const Reason found = admission.reason;
  admission.reason = policy::admit_message(policy.model->limits, usage_, realm, source, rated, now);
  if (admission.reason == Reason::none) admission.reason = verdict.in_calls ? found : read();
  if (admission.reason != Reason::none) return admission;
  inspect(policy.signatures, inspector, message.head(), admission);
  // Scores are suspicion, not certainty: for them alone nobody is kept from calling for help.
  if (admission.reason == Reason::signature_score &&
      policy::concerns_emergency(policy.model->realms[index_of(realm)], verdict.trust, message.head()) &&
      policy::admit_emergency_message(policy.model->emergency, usage_, realm, source, verdict.trust, now))
    admission.reason = Reason::none;
  if (admission.reason != Reason::none && admission.reason != Reason::signature_reject) return admission;
  std::string_view call_id = message.head().steering_call_id();
  if (!call_id.empty()) admission.owner = steering_.owner_of(call_id);
  return admission;
}

void SipGate::inspect(const policy::SignatureSet& signatures, Inspector& inspector, const sip::Head& head,
                      Admission& admission) {
  const policy::Hiding hiding{.percent_signs = head.has_percent_sign(),
                              .backslashes = head.has_backslash(),
                              .folds = head.deviations().has(Deviation::line_folded)};
  policy::SignatureVerdict verdict = signatures.scan(inspector.scratch, head.bytes(), hiding);
  for (uint32_t index : verdict.matches()) inspector.hits[index].add();
  admission.reason = verdict.reason;
  admission.signature = verdict.signature;
  admission.score = verdict.score;
  if (verdict.reason == Reason::signature_reject) admission.status = verdict.signature->status;
}

}  // namespace sbc::edge
