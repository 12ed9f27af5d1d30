#include <algorithm>

#include "dataplane/sip/text.h"
#include "policy/topology/sipfrag.h"
#include "sbc/call/impl.h"

namespace sbc::call {
namespace {

/// No id: what is reported on is the first REFER (RFC 3515 2.4.6).
Referral* find_referral(Leg& leg, const ReferEvent& event) {
  Referral* found = nullptr;
  for (Referral& each : leg.referrals) {
    if (each.cseq == 0 || (event.id && each.cseq != *event.id)) continue;
    if (!found || each.cseq < found->cseq) found = &each;
  }
  return found;
}

/// In the place of the oldest one, where all are taken: who reports on that has forgotten it, or will be
/// told.
void begin_referral(Leg& leg, uint32_t cseq, uint32_t asked) {
  auto oldest = std::min_element(leg.referrals.begin(), leg.referrals.end(),
                                 [](const Referral& a, const Referral& b) { return a.cseq < b.cseq; });
  *oldest = {cseq, asked};
}

}  // namespace

bool Engine::Impl::may_transfer(const Surroundings& s, const Leg& leg) const {
  switch (s.policy.model->realms[index_of(leg.transport.realm)].transfer) {
    case config::TransferRule::trusted:
      return leg.trusted;
    case config::TransferRule::everybody:
      return true;
    case config::TransferRule::nobody:
      break;
  }
  return false;
}

/// RFC 3515: this leg's peer asks the other side's to call somebody.
Reason Engine::Impl::on_refer(const Surroundings& s, const Transport& from, const sip::Message& refer,
                              lane::Handle handle) {
  const Leg& leg = legs[handle];
  Reason reason = check_forwarded(s, from, refer, leg);
  if (reason == Reason::none && !may_transfer(s, leg)) reason = Reason::refer_forbidden;
  auto target = read_refer_to(refer);
  if (reason == Reason::none) reason = target.reason();
  if (reason == Reason::none && is_transferring(leg)) reason = Reason::refer_pending;
  if (reason != Reason::none) return reject(s, from, refer, true, reason);
  if (is_ours_to_carry_out(s, leg)) return carry_out(s, from, refer, handle, *target);
  lane::Handle other_handle = leg_to_ask(s, handle);
  if (!other_handle) return put_off(s, from, refer);
  Leg& other = legs[other_handle];
  char text[2048];
  sip::Writer headers(text);
  reason = write_refer_to(s, headers, leg, other, *target);
  write_contact(headers, other.transport.local);
  if (reason == Reason::none && headers.overflowed()) reason = Reason::header_too_long;
  if (reason != Reason::none) return reject(s, from, refer, true, reason);
  reason = forward(s, from, refer, other_handle, {headers.written(), {}, {}}).reason();
  // Before the answer to the REFER, which the first NOTIFY may overtake (RFC 3515 2.4.4).
  if (reason == Reason::none) begin_referral(other, other.dialog.local_cseq, refer.cseq().number);
  return reason;
}

/// The number, at our own address where the other peer talks to us; a dialog that it is to replace by a name
/// of ours.
Reason Engine::Impl::write_refer_to(const Surroundings& s, sip::Writer& out, const Leg& leg, const Leg& other,
                                    const ReferTo& target) const {
  UriText uri;
  if (!write_uri(uri, target.number.view(), other.transport.local)) return Reason::refer_to_bad;
  out.name(sip::Header::refer_to).text("<").text(uri.view());
  if (!target.replaces.empty()) {
    Replaces replaces;
    Reason reason = parse_replaces(target.replaces.view(), replaces);
    if (reason != Reason::none) return reason;
    const DialogNames names(digest_keys, steering);
    out.text("?");
    names.write(out, names.tell(replaces, peer_of(s.policy, leg), other.transport.realm));
  }
  out.text(">").end_line();
  return Reason::none;
}

/// What became of a REFER: of the answer's status nothing but the number crosses (RFC 3515 2.4.5, RFC 3420).
Reason Engine::Impl::on_notify(const Surroundings& s, const Transport& from, const sip::Message& notify,
                               lane::Handle handle) {
  Leg& leg = legs[handle];
  ReferEvent event;
  SubscriptionState subscription;
  Reason reason = check_forwarded(s, from, notify, leg);
  if (reason == Reason::none) reason = read_event(notify, event);
  Referral* referral = find_referral(leg, event);
  if (reason == Reason::none && !referral) reason = Reason::subscription_unknown;
  if (reason == Reason::none) reason = read_subscription(notify, subscription);
  auto status = policy::fragment_status(notify.value(sip::Header::content_type), notify.body());
  if (reason == Reason::none && !status) reason = Reason::body_unsupported;
  if (reason != Reason::none) return reject(s, from, notify, true, reason);
  lane::Handle other_handle = leg_to_ask(s, handle);
  if (!other_handle) return put_off(s, from, notify);
  char text[512], fragment_text[128];
  sip::Writer headers(text), fragment(fragment_text);
  write_subscription(headers, referral->asked, subscription);
  write_contact(headers, legs[other_handle].transport.local);
  fragment.status_line(*status, sip::phrase_of(*status));
  SBC_CHECK(!headers.overflowed() && !fragment.overflowed());
  reason =
      forward(s, from, notify, other_handle, {headers.written(), policy::sipfrag_type, fragment.written()})
          .reason();
  if (reason == Reason::none && subscription.over()) *referral = {};
  return reason;
}

/// A REFER was refused, or accepted without a subscription (RFC 4488): nothing is reported on it.
void Engine::Impl::settle_referral(Leg& leg, const sip::Message& response) {
  const bool silent = sip::equal_ignoring_case(response.value(sip::Header::refer_sub), "false");
  if (response.status() < 300 && !silent) return;
  for (Referral& each : leg.referrals) {
    if (each.cseq == response.cseq().number) each = {};
  }
}

}  // namespace sbc::call
