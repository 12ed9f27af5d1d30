#include <algorithm>

#include "policy/topology/info_body.h"
#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"

namespace sbc::call {
namespace {

constexpr uint32_t forwarded_burst = 32;

Forwarded* find_forwarded(Leg& leg, lane::Handle client) {
  auto at = std::find_if(leg.forwarded.begin(), leg.forwarded.end(),
                         [&](const Forwarded& each) { return each.client == client; });
  return at == leg.forwarded.end() ? nullptr : &*at;
}

}  // namespace

/// What no request may be that is to cross.
Reason Engine::Impl::check_forwarded(const Surroundings& s, const Transport& from,
                                     const sip::Message& request, const Leg& leg) {
  if (leg.lingering) return Reason::no_transaction;
  if (request.max_forwards() == 0u) return Reason::hops_exhausted;
  return can_refuse(s, from, request) ? Reason::none : Reason::message_too_long;
}

/// RFC 6086: digits, requests for a picture. We agree on no Info-Package, so only what was used before it.
Reason Engine::Impl::on_info(const Surroundings& s, const Transport& from, const sip::Message& info,
                             lane::Handle handle) {
  Reason reason = check_forwarded(s, from, info, legs[handle]);
  if (reason == Reason::none && info.has(sip::Header::info_package)) reason = Reason::info_package_unknown;
  auto type = policy::crossing_info_body(info.value(sip::Header::content_type), info.body());
  if (reason == Reason::none && !type) reason = Reason::body_unsupported;
  if (reason != Reason::none) return reject(s, from, info, true, reason);
  if (calls[legs[handle].call].converts_digits) {
    const auto digits = policy::digits_in(info.value(sip::Header::content_type), info.body());
    const auto port = digits ? port_for_digits(s, legs[handle], *digits) : std::nullopt;
    if (port) return play_digits(s, from, info, handle, *port, *digits);
  }
  lane::Handle other = leg_to_ask(s, handle);
  if (!other) return put_off(s, from, info);
  return forward(s, from, info, other, {{}, *type, info.body()}).reason();
}

/// The other side's leg, where its peer can be asked something now. Before the call is answered, it may have
/// no dialog with us yet, or not know that it has.
lane::Handle Engine::Impl::leg_to_ask(const Surroundings& s, lane::Handle handle) {
  Leg& leg = legs[handle];
  const Call& call = calls[leg.call];
  lane::Handle other_handle = call.legs[1 - leg.side];
  Leg* other = legs.find(other_handle);
  bool reachable =
      other && other->dialog.state != dialog::DialogState::none && (call.answered() || call.told);
  bool asks = reachable && may_ask(s, leg) && find_forwarded(*other, {});
  return asks ? other_handle : lane::Handle{};
}

/// Not 481, which would end the asker's dialog.
Reason Engine::Impl::put_off(const Surroundings& s, const Transport& from, const sip::Message& request) {
  return reject(s, from, request, false, Reason::dialog_busy, 0, std::chrono::seconds(1));
}

/// Each request that was answered stays for 64 * T1, so there is a rate at which others still find room. What
/// is refused for it leaves nothing behind.
bool Engine::Impl::may_ask(const Surroundings& s, Leg& leg) const {
  static const meter::Gcra limit = meter::Gcra::of({1, std::chrono::seconds(1), forwarded_burst});
  return leg.asks.conforms(limit, s.now);
}

/// To the leg that leg_to_ask() gave.
Result<lane::Handle> Engine::Impl::forward(const Surroundings& s, const Transport& from,
                                           const sip::Message& request, lane::Handle other_handle,
                                           const ForwardedText& text) {
  Leg& other = legs[other_handle];
  lane::Handle server = servers.begin_waiting(request, from, context(s));
  if (!server) return reject(s, from, request, false, Reason::pool_empty);
  servers.belongs_to(server, {calls[other.call].legs[1 - other.side], other.call_number});
  auto client = send_in_dialog(s, other_handle, request.method(), request.max_forwards().value_or(70) - 1,
                               [&](sip::Writer& out) {
                                 out.text(text.headers);
                                 write_crossing(s, out, crossing_to(s, other, &request));
                                 write_body(out, text.type, text.body);
                               });
  if (client) {
    *find_forwarded(other, {}) = {server, *client};
  } else {
    const Leg& asker = legs[calls[other.call].legs[1 - other.side]];
    respond(s, asker, server, status_of(client.reason()), {}, nullptr);
  }
  return client;
}

void Engine::Impl::on_forwarded_response(const Surroundings& s, lane::Handle handle, lane::Handle transaction,
                                         const sip::Message& response) {
  Leg& leg = legs[handle];
  Forwarded* slot = find_forwarded(leg, transaction);
  if (!slot) return;
  lane::Handle server = slot->server;
  *slot = {};
  if (calls[leg.call].early.client == transaction) return on_early_answer(s, handle, server, response);
  if (response.method() == sip::Method::refer) settle_referral(leg, response);
  if (response.status() == 408) return servers.leave_unanswered(server, context(s));  // of an element between
  const Call& call = calls[leg.call];
  const Leg& asker = legs[call.legs[1 - leg.side]];
  if (!respond(s, asker, server, forwarded_status(response.status()), {}, &response,
               retry_after_in(response)))
    respond(s, asker, server, status_of(Reason::response_too_large), {}, nullptr);
  // To a NOTIFY it says that the subscription is over, and no more (RFC 5057 5.1).
  if (response.status() == 481 && call.answered() && response.method() != sip::Method::notify)
    end_call(s, leg.call, {Releaser::sbc, 0, Reason::dialog_gone});
}

/// The peer has not answered: some never answer an INFO, and their calls are fine. So this one goes on,
/// against the advice of RFC 3261 12.2.1.2.
void Engine::Impl::on_forwarded_timeout(const Surroundings& s, lane::Handle handle,
                                        lane::Handle transaction) {
  Forwarded* slot = find_forwarded(legs[handle], transaction);
  if (!slot) return;
  servers.leave_unanswered(slot->server, context(s));
  *slot = {};
  Call& call = calls[legs[handle].call];
  if (call.early.client == transaction) withdraw_early_offer(s, call);
}

/// RFC 3261 15.1.2: what is pending when a dialog ends is answered with 487.
void Engine::Impl::drop_forwarded(const Surroundings& s, Call& call) {
  if (call.early.client) withdraw_early_offer(s, call);
  for (unsigned side = 0; side < 2; ++side) {
    if (!call.legs[side]) continue;
    for (Forwarded& slot : legs[call.legs[side]].forwarded) {
      if (!slot.server) continue;
      respond(s, legs[call.legs[1 - side]], slot.server, 487, {}, nullptr);
      clients.abandon(slot.client, context(s));
      slot = {};
    }
  }
}

}  // namespace sbc::call
