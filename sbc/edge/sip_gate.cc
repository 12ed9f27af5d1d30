#include "sbc/edge/sip_gate.h"

#include "dataplane/sip/message.h"

namespace sbc::edge {
namespace {

/// CRLF keep-alives (RFC 5626 4.4.1) and STUN (first two bits zero, RFC 8489 5), which shares the port.
bool is_keepalive(std::string_view datagram) {
  if (datagram.size() >= 20 && uint8_t(datagram[0]) < 4) return true;
  return datagram.size() <= 4 && datagram.find_first_not_of("\r\n") == datagram.npos;
}

/// Requests end their first line in a SIP version, responses begin with one; anything else is not worth a
/// parse.
bool looks_like_sip(std::string_view datagram) {
  std::string_view head = datagram.substr(0, 1024);
  while (head.starts_with("\r\n")) head.remove_prefix(2);  // RFC 3261 7.5
  return head.substr(0, head.find('\n')).find("SIP/") != head.npos;
}

}  // namespace

Admission SipGate::admit(const policy::Compiled& policy, Inspector& inspector, Instant now, RealmId realm,
                         const IpAddress& source, std::string_view datagram) const {
  Admission admission;
  policy::Verdict verdict = policy.access.judge(realm, source);
  admission.trust = verdict.trust;
  if (verdict.trust == config::Trust::denied) {
    admission.reason = verdict.reason;
    return admission;
  }
  admission.reason = policy::admit_message(policy.model->limits, usage_, realm, source, verdict.trust, now);
  if (admission.reason != Reason::none) return admission;
  if (is_keepalive(datagram)) {
    admission.reason = Reason::keepalive;
    return admission;
  }
  if (!looks_like_sip(datagram)) {
    admission.reason = Reason::not_sip;
    return admission;
  }
  inspect(policy.signatures, inspector, datagram, admission);
  if (admission.reason != Reason::none && admission.reason != Reason::signature_reject) return admission;
  std::string_view call_id = sip::find_call_id(datagram);
  if (!call_id.empty()) admission.owner = steering_.owner_of(call_id);
  return admission;
}

void SipGate::inspect(const policy::SignatureSet& signatures, Inspector& inspector, std::string_view datagram,
                      Admission& admission) {
  policy::SignatureVerdict verdict = signatures.scan(inspector.scratch, datagram);
  for (uint32_t index : verdict.matches()) inspector.hits[index].add();
  admission.reason = verdict.reason;
  admission.signature = verdict.signature;
  admission.score = verdict.score;
  if (verdict.reason == Reason::signature_reject) admission.status = verdict.signature->status;
}

}  // namespace sbc::edge
