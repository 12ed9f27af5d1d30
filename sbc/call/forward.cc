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

/// RFC 6086: digits, requests for a picture. We agree on no Info-Package, so only what was used before it.
Reason Engine::Impl::on_info(const Surroundings& s, const Transport& from, const sip::Message& info,
                             lane::Handle handle) {
  const Leg& leg = legs[handle];
  auto refuse = [&](Reason reason) { return reject(s, from, info, true, reason); };
  if (leg.lingering) return refuse(Reason::no_transaction);
  if (info.has(sip::Header::info_package)) return refuse(Reason::info_package_unknown);
  if (info.max_forwards() == 0u) return refuse(Reason::hops_exhausted);
  if (!can_refuse(s, from, info)) return refuse(Reason::message_too_long);
  auto type = policy::crossing_info_body(info.value(sip::Header::content_type), info.body());
  if (!type) return refuse(Reason::body_unsupported);
  // Before the call is answered, the other side may have no dialog with us yet, or not know that it has: not
  // 481, which would end the asker's.
  const Call& call = calls[leg.call];
  const Leg* other = legs.find(call.legs[1 - leg.side]);
  bool reachable =
      other && other->dialog.state != dialog::DialogState::none && (call.answered() || call.told);
  if (!reachable || !may_ask(s, legs[handle]))
    return reject(s, from, info, false, Reason::dialog_busy, 0, std::chrono::seconds(1));
  return forward_info(s, from, info, handle, *type);
}

/// Each request that was answered stays for 64 * T1, so there is a rate at which others still find room. What
/// is refused for it leaves nothing behind.
bool Engine::Impl::may_ask(const Surroundings& s, Leg& leg) const {
  static const meter::Gcra limit = meter::Gcra::of({1, std::chrono::seconds(1), forwarded_burst});
  return leg.asks.conforms(limit, s.now);
}

Reason Engine::Impl::forward_info(const Surroundings& s, const Transport& from, const sip::Message& info,
                                  lane::Handle handle, std::string_view type) {
  const Leg& leg = legs[handle];
  lane::Handle other_handle = calls[leg.call].legs[1 - leg.side];
  Leg& other = legs[other_handle];
  Forwarded* slot = find_forwarded(other, {});
  if (!slot) return reject(s, from, info, false, Reason::dialog_busy, 0, std::chrono::seconds(1));
  lane::Handle server = servers.begin_waiting(info, from, context(s));
  if (!server) return reject(s, from, info, false, Reason::pool_empty);
  auto client = send_in_dialog(s, other_handle, sip::Method::info, info.max_forwards().value_or(70) - 1,
                               [&](sip::Writer& out) {
                                 write_crossing(s, out, crossing_to(s, other, &info));
                                 write_body(out, type, info.body());
                               });
  if (client) {
    *slot = {server, *client};
  } else {
    respond(s, leg, server, status_of(client.reason()), {}, nullptr);
  }
  return client.reason();
}

void Engine::Impl::on_forwarded_response(const Surroundings& s, lane::Handle handle, lane::Handle transaction,
                                         const sip::Message& response) {
  Leg& leg = legs[handle];
  Forwarded* slot = find_forwarded(leg, transaction);
  if (!slot) return;
  lane::Handle server = slot->server;
  *slot = {};
  if (response.status() == 408) return servers.leave_unanswered(server, context(s));  // of an element between
  const Call& call = calls[leg.call];
  const Leg& asker = legs[call.legs[1 - leg.side]];
  if (!respond(s, asker, server, forwarded_status(response.status()), {}, &response,
               retry_after_in(response)))
    respond(s, asker, server, status_of(Reason::response_too_large), {}, nullptr);
  if (response.status() == 481 && call.answered())
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
}

/// RFC 3261 15.1.2: what is pending when a dialog ends is answered with 487.
void Engine::Impl::drop_forwarded(const Surroundings& s, const Call& call) {
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
