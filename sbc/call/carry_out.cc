#include <utility>

#include "dataplane/sip/text.h"
#include "sbc/call/identity.h"
#include "sbc/call/impl.h"
#include "sbc/call/option_tags.h"
#include "sbc/transaction/text.h"

// A REFER that we carry out in the place of who was referred: most peers of a carrier take none. On behalf of
// that party a call of its own begins, as if its INVITE had come: by the routes for it, within its limits,
// from peer to peer where one fails. Only its caller's leg is missing; that stays in the call in which it was
// referred, its origin, until somebody has answered (joining.cc).
//
// Whatever comes of it, the origin is told: where nobody answers it goes on as it was.

namespace sbc::call {
namespace {

/// RFC 3892 2.1: as it was named to us, or else as we know it.
void write_referred_by(sip::Writer& out, const sip::Message& refer, std::string_view referrer,
                       const Endpoint& ours) {
  PartyText party;
  bool named = false;
  refer.each_name_addr(sip::Header::referred_by, [&](const sip::NameAddr& value, Reason reason) {
    named = reason == Reason::none && write_caller(party, value, ours);
    return false;
  });
  if (named) referrer = party.view();
  if (!referrer.empty()) out.header(sip::Header::referred_by, referrer);
}

}  // namespace

/// One transfer at a time: who is being transferred cannot be referred once more, nor refer others.
bool Engine::Impl::is_transferring(const Leg& leg) const {
  const Call& call = calls[leg.call];
  return call.successor || call.joining || leg.report.open;
}

/// Not where we know too little of the party: its call began before the configuration asked for it.
bool Engine::Impl::is_ours_to_carry_out(const Surroundings& s, const Leg& leg) const {
  const Call& call = calls[leg.call];
  const Leg* referred = legs.find(call.legs[1 - leg.side]);
  return call.answered() && referred && referred->introduced && carries_out_refer(s, *referred);
}

Reason Engine::Impl::carry_out(const Surroundings& s, const Transport& from, const sip::Message& refer,
                               lane::Handle handle, const ReferTo& target) {
  Leg& leg = legs[handle];
  const lane::Handle origin = leg.call;
  // Whose offer is not answered yet, has not described itself: there is nothing to make an offer of.
  const Exchange& exchange = calls[origin].exchange;
  const bool offered = exchange.open && !exchange.ours && !exchange.offer_in_answer &&
                       is_waiting(calls[origin].legs[exchange.asker]);
  const bool described = !offered && read_introduced(legs[calls[origin].legs[1 - leg.side]]);
  if (!described || !may_ask(s, leg)) return put_off(s, from, refer);
  Replaces replaces;
  Reason reason = target.replaces.empty() ? Reason::none : parse_replaces(target.replaces.view(), replaces);
  if (reason != Reason::none) return reject(s, from, refer, true, reason);
  lane::Handle begun;
  reason = begin_referred(s, origin, 1 - leg.side, refer, target, begun);
  // RFC 3261 21.5.4: who lacks something may be the other party, so nothing says when.
  if (reason != Reason::none) return reject(s, from, refer, true, reason, 0, Duration(0));
  log(s, Severity::info, Reason::none, calls[origin], leg.side, "REFER is carried out");
  accept_refer(s, from, refer, handle);
  if (target.replaces.empty()) {
    decide_again(s, begun, std::nullopt);
  } else {
    seek_replaced(s, begun, *read_invite(calls[begun]));
  }
  return Reason::none;
}

/// 202, and the first report (RFC 3515 2.4.4), unless it wants none (RFC 4488).
void Engine::Impl::accept_refer(const Surroundings& s, const Transport& from, const sip::Message& refer,
                                lane::Handle handle) {
  constexpr int accepted = 202;
  Leg& leg = legs[handle];
  const bool silent = sip::equal_ignoring_case(refer.value(sip::Header::refer_sub), "false");
  sip::Writer out(room(s, from));
  write_reply_start(out, refer, from, accepted, sip::phrase_of(accepted), {});
  write_contact(out, leg.transport.local);
  if (silent) out.header(sip::Header::refer_sub, "false");
  out.body({});
  if (!out.overflowed()) send_reply(s, from, refer, true, accepted, out.written().size());
  if (silent) return;
  leg.report.open = true;
  leg.report.asked = refer.cseq().number;
  report(s, handle, 100, false);
}

/// Takes what the call needs; nothing has left yet.
Reason Engine::Impl::begin_referred(const Surroundings& s, lane::Handle origin, unsigned side,
                                    const sip::Message& refer, const ReferTo& target, lane::Handle& begun) {
  if (draining) return Reason::draining;
  if (!has_transactions(policy::Precedence::none)) return Reason::transactions_full;
  const Leg& referred = legs[calls[origin].legs[side]];
  const TrunkId source = trunk_of(s.policy, referred);
  const auto verdict = s.policy.access.judge(referred.transport.realm, referred.transport.remote.address);
  const bool stranger = verdict.trust <= config::Trust::unknown && !verdict.in_calls;
  Reason reason = admit(s, {source, stranger});
  if (reason != Reason::none) return reason;
  const bool trunk_held = s.policy.trunks.find(source) != nullptr;
  begun = has_room(s, policy::Precedence::none) ? calls.take() : lane::Handle{};
  if (begun) {
    Call& call = calls[begun];
    call.source_trunk = source;
    call.source_trunk_held = trunk_held;
    call.stranger = stranger;
    call.referred = side;
    reason = fill_referred(s, begun, origin, refer, target);
    if (reason == Reason::none) return reason;
    slab.release(call.invite);
    calls.release(begun);
  }
  give_admission_back(s, trunk_held ? source : TrunkId::none, stranger);
  return begun ? reason : Reason::pool_empty;
}

Reason Engine::Impl::fill_referred(const Surroundings& s, lane::Handle handle, lane::Handle origin_handle,
                                   const sip::Message& refer, const ReferTo& target) {
  Call& call = calls[handle];
  Call& origin = calls[origin_handle];
  const Leg& referred = legs[origin.legs[call.referred]];
  sip::Writer out(room(s));
  const Leg& referrer = legs[origin.legs[1 - call.referred]];
  if (!write_referred(out, referred, referrer, refer, target)) return Reason::header_too_long;
  if (!slab.keep(call.invite, out.written())) return Reason::pool_empty;
  const sip::Message* invite = read_invite(call);
  if (!invite) return Reason::refer_to_bad;
  call.record = begin_record(s, referred.transport, *invite, call.source_trunk);
  call.record.transferred_from = origin.record.id;
  call.exchange = {true, caller_side, false};
  call.anchor.begin(call.record.id, random);
  // Who was referred still listens to the one who referred it: nothing reaches it before it sends here.
  call.anchor.trust_sdp(caller_side, false, {});
  call.anchor.speak_digits(caller_side, digit_rule(s, referred.transport.realm, call.source_trunk));
  Reason reason = call.anchor.place(caller_side, referred.transport.realm,
                                    referred.transport.remote.address.family(), anchoring(s, call));
  if (reason != Reason::none) return reason;
  call.origin = origin_handle;
  call.joining = true;
  origin.successor = handle;
  return Reason::none;
}

/// The INVITE that the party would send to us, had it got the REFER.
bool Engine::Impl::write_referred(sip::Writer& out, const Leg& referred, const Leg& referrer,
                                  const sip::Message& refer, const ReferTo& target) {
  UriText uri;
  if (!write_uri(uri, target.number.view(), referred.transport.local)) return false;
  const dialog::Dialog dialog = open(referred);
  const Branch branch = draw_branch();
  out.request_line(sip::text_of(sip::Method::invite), uri.view());
  out.name(sip::Header::via).text("SIP/2.0/UDP ");
  transaction::write_host_port(out, referred.transport.remote);
  out.text(";branch=").text({branch.data(), branch.size()}).end_line();
  out.header(sip::Header::max_forwards, uint64_t(refer.max_forwards().value_or(70)));
  out.name(sip::Header::from).text(dialog.remote_party.view());
  out.text(";tag=").text(dialog.remote_tag.empty() ? "none" : dialog.remote_tag.view()).end_line();
  out.name(sip::Header::to).text("<").text(uri.view()).text(">").end_line();
  out.header(sip::Header::call_id, dialog.call_id.view());
  out.name(sip::Header::cseq).text("1 ").text(sip::text_of(sip::Method::invite)).end_line();
  // Only what peers say whom we trust; and whom the call reaches, and whether that is trusted, is not known
  // yet, so who wants to be hidden stays so.
  if (referrer.trusted && !hides_identity(refer, referrer.hidden))
    write_referred_by(out, refer, open(referrer).remote_party.view(), referred.transport.local);
  if (!target.replaces.empty()) {
    // Who does not know it would take the call for one more, and the one that it is to replace would stay.
    out.header(sip::Header::require, replaces_tag);
    out.header(sip::Header::replaces, target.replaces.view());
  }
  write_introduction(out, referred);
  return !out.overflowed();
}

void Engine::Impl::report_progress(const Surroundings& s, const Call& call, int status) {
  const Call* origin = calls.find(call.origin);
  const lane::Handle referrer = origin ? origin->legs[1 - call.referred] : lane::Handle{};
  if (referrer) report(s, referrer, status, false);
}

/// One of the two calls of a transfer ends before it is done. `status`: told to a caller still waiting.
void Engine::Impl::leave_transfer(const Surroundings& s, lane::Handle handle, int status) {
  constexpr int cancelled = 487;
  carry_out_changes(s);
  const lane::Handle successor = std::exchange(calls[handle].successor, {});
  const lane::Handle origin = std::exchange(calls[handle].origin, {});
  const Call& call = calls[handle];
  if (Call* begun = calls.find(successor)) {
    begun->origin = {};
    if (!call.legs[begun->referred]) return;  // it has moved there already
    if (const lane::Handle referrer = call.legs[1 - begun->referred]) report(s, referrer, cancelled, true);
    end_call(s, successor, {Releaser::caller, cancelled});
  } else if (Call* left = calls.find(origin)) {
    left->successor = {};
    const lane::Handle referrer = left->legs[1 - call.referred];
    const bool waits = bool(left->legs[call.referred]);
    if (referrer) report(s, referrer, status, true);
    if (!referrer || !waits) end_call(s, origin, {Releaser::sbc, 0, Reason::transfer_failed});
  }
}

/// Who has referred the other party may leave before that has come anywhere (RFC 5589 6).
bool Engine::Impl::leaves_transfer_behind(const Leg& leg) const {
  const Call& call = calls[leg.call];
  const Call* begun = calls.find(call.successor);
  return begun && begun->referred != leg.side && call.legs[begun->referred];
}

/// The other party stays, and waits for the call that was begun for it. An offer between the two ends here.
void Engine::Impl::leave_referrer(const Surroundings& s, lane::Handle handle) {
  const unsigned side = legs[handle].side;
  const lane::Handle call_handle = legs[handle].call;
  Call& call = calls[call_handle];
  drop_forwarded(s, call);
  refuse_late_offers(s, call);
  leave_leg(s, handle, {side == caller_side ? Releaser::caller : Releaser::callee, 487}, 487);
  Leg& other = legs[call.legs[1 - side]];
  if (servers.awaits_final(other.server))
    respond(s, other, other.server, status_of(Reason::dialog_busy), {}, nullptr, std::chrono::seconds(1));
  call.anchor.withdraw(anchoring(s, call));
  carry_out_changes(s);
  call.exchange.open = clients.awaits_final(other.client);
  call.exchange.ours = call.exchange.made = false;  // whatever it still answers is nobody's
  stop(call_handle, CallTimer::retell);
  slab.release(call.preview);
  slab.release(call.offered);
  if (call.exchange.open) return;
  stop(call_handle, CallTimer::ring);  // nobody rings any more
  call.exchange.offer_in_answer = false;
}

}  // namespace sbc::call
