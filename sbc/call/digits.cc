#include "sbc/call/digits.h"

#include "policy/topology/info_body.h"
#include "sbc/call/compose.h"
#include "sbc/call/impl.h"

// Digits between a side that speaks of them by INFO alone and one that does not (config::DigitRule). INFO of
// the one becomes telephone-events (RFC 4733) in the media of the other, if that has agreed on them; and what
// the media plane tells of the other's becomes INFO of ours.

namespace sbc::call {

config::DigitRule Engine::Impl::digit_rule(const Surroundings& s, RealmId realm, TrunkId trunk) const {
  const config::DigitRule of_realm = s.policy.model->realms[index_of(realm)].digits;
  const config::Trunk* known = s.policy.trunks.find(trunk);
  return known ? known->digits.value_or(of_realm) : of_realm;
}

/// By the number that its relays have: only a call whose digits are converted is looked for.
void Engine::Impl::list_digits(lane::Handle handle) {
  Call& call = calls[handle];
  const bool converts = call.anchor.converts_digits();
  if (call.converts_digits == converts) return;
  const transaction::Digest key{call.record.id, call.record.id};
  if (converts) {
    digit_calls.insert(key, handle);
  } else {
    digit_calls.erase(key);
  }
  call.converts_digits = converts;
}

/// For these digits of an INFO from this leg's peer; none where it is to cross as it is.
std::optional<media::MediaPort> Engine::Impl::port_for_digits(const Surroundings& s, const Leg& leg,
                                                              const policy::InfoDigits& digits) const {
  const anchor::Anchor& anchor = calls[leg.call].anchor;
  if (leg.side == anchor.events_side()) return std::nullopt;
  return anchor.port_for_digits(digits.mask(), streams, s.media);
}

/// With a transaction, or the same INFO once more would be another digit.
Reason Engine::Impl::play_digits(const Surroundings& s, const Transport& from, const sip::Message& info,
                                 lane::Handle handle, const media::MediaPort& to,
                                 const policy::InfoDigits& digits) {
  Leg& leg = legs[handle];
  if (!may_ask(s, leg)) return put_off(s, from, info);
  const lane::Handle server = servers.begin_waiting(info, from, context(s));
  if (!server) return reject(s, from, info, false, Reason::pool_empty);
  servers.belongs_to(server, {handle, leg.call_number});
  for (uint8_t event : digits.events()) s.out.push(SendDigit{to, {event, digits.duration_ms()}});
  respond(s, leg, server, 200, {}, nullptr);
  return Reason::none;
}

/// A side's media has told of a digit.
Reason Engine::Impl::on_digit(const Surroundings& s, uint64_t token, const media::Digit& digit) {
  const Call* call = calls.find(digit_calls.find({token, token}));
  if (!call || !call->answered() || digit.event > media::last_digit_event || s.out.full())
    return Reason::digit_lost;
  const unsigned side = call->anchor.events_side();
  Leg* teller = legs.find(call->legs[side]);
  const lane::Handle handle = call->legs[1 - side];
  Leg* leg = legs.find(handle);
  if (!teller || !leg || leg->digits.full() || !may_ask(s, *teller)) return Reason::digit_lost;
  leg->digits.add(digit);
  if (!leg->digits.client) tell_next_digit(s, handle);
  return Reason::none;
}

void Engine::Impl::tell_next_digit(const Surroundings& s, lane::Handle handle) {
  Leg& leg = legs[handle];
  leg.digits.client = {};
  if (leg.digits.count == 0) return;
  const media::Digit digit = leg.digits.first();
  const char signal = policy::text_of_event(digit.event);
  const uint16_t lasted = digit.duration_ms ? digit.duration_ms : policy::InfoDigits::default_ms;
  char text[64];
  sip::Writer body(text);
  body.text("Signal=").text({&signal, 1}).text("\r\nDuration=").number(lasted).text("\r\n");
  SBC_CHECK(!body.overflowed());
  auto sent = send_in_dialog(s, handle, sip::Method::info, 70, [&](sip::Writer& out) {
    write_body(out, policy::dtmf_relay_type, body.written());
  });
  if (!sent) return lose_digits(s, leg);
  leg.digits.take();
  leg.digits.client = *sent;
}

/// All that wait: what comes so late would be no answer any more to what was asked, and where one can't be
/// sent, nothing would send those behind it.
void Engine::Impl::lose_digits(const Surroundings& s, Leg& leg) {
  if (leg.digits.count != 0) s.out.push(LoseDigits{leg.transport.realm, leg.digits.count});
  leg.digits = {};
}

void Engine::Impl::forget_digits(const Surroundings& s, Leg& leg) {
  clients.abandon(leg.digits.client, context(s));
  lose_digits(s, leg);
}

}  // namespace sbc::call
