#include <algorithm>

#include "sbc/call/impl.h"
#include "sbc/call/option_tags.h"
#include "sbc/call/session_id.h"

namespace sbc::call {
namespace {

/// What an INVITE of ours says of its peer, written again: number and address. It stands where a 2xx does not
/// tell better.
bool seed_remote(dialog::Dialog& dialog, const sip::Message& response, const Endpoint& peer) {
  NumberText number;
  UriText target;
  bool numbered = take_number(response.to().uri.user, number) && write_uri(target, number.view(), peer);
  if (!numbered && !write_uri(target, {}, peer)) return false;
  return dialog.remote_target.assign(target.view()) && dialog.remote_party.assign("<") &&
         dialog.remote_party.append(target.view()) && dialog.remote_party.append(">");
}

/// What waits for the other side keeps a transaction meanwhile. All else may be answered again as it was.
bool waits(const sip::Message& request) {
  switch (request.method()) {
    case sip::Method::invite:
    case sip::Method::info:
    case sip::Method::refer:
    case sip::Method::notify:
      return true;
    default:
      return request.method() == sip::Method::update && !request.body().empty();
  }
}

}  // namespace

using sip::Header;
using sip::Method;

Reason Engine::Impl::on_message(const Surroundings& s, const Transport& from, const sip::Message& message,
                                config::Trust trust) {
  if (s.out.full()) return Reason::tx_full;
  return message.is_request() ? on_request(s, from, message, trust) : on_response(s, from, message);
}

Reason Engine::Impl::on_request(const Surroundings& s, const Transport& from, const sip::Message& request,
                                config::Trust trust) {
  if (request.method() == Method::ack) return on_ack(s, from, request);
  if (lane::Handle known = servers.find(request, from, request.method())) {
    servers.repeat(known, request, from, context(s));
    return Reason::none;
  }
  if (trust == config::Trust::denied && !is_of_call(from, request)) return Reason::source_unknown;
  if (request.method() == Method::cancel) return on_cancel(s, from, request, trust);
  bool with_state = trust > config::Trust::unknown;
  Reason reason = check_method(request);
  if (reason != Reason::none) return reject(s, from, request, with_state, reason);
  if (!request.to().tag().empty()) return on_request_in_dialog(s, from, request, trust);
  if (servers.is_merged(request, from)) return reject(s, from, request, with_state, Reason::loop_detected);
  return on_new_request(s, from, request, trust);
}

/// All that a source may say whose address was a trunk's: whoever has it now begins nothing.
bool Engine::Impl::is_of_call(const Transport& from, const sip::Message& request) const {
  if (request.method() == Method::cancel) return bool(servers.find(request, from, Method::invite));
  const Leg* leg = legs.find(find_leg(request.call_id(), request.to().tag()));
  return leg && is_peer(*leg, from, request);
}

/// RFC 3261 8.2.1, 8.2.2.3.
Reason Engine::Impl::check_method(const sip::Message& request) const {
  switch (request.method()) {
    case Method::invite:
    case Method::bye:
    case Method::options:
    case Method::info:
    case Method::update:
    case Method::prack:
    case Method::refer:
    case Method::notify:
      break;
    case Method::unknown:
      return Reason::method_unknown;
    default:
      return Reason::method_unsupported;
  }
  if (request.has(Header::replaces) && request.method() != Method::invite) return Reason::replaces_bad;
  return knows_required(request) ? Reason::none : Reason::extension_unsupported;
}

Reason Engine::Impl::on_new_request(const Surroundings& s, const Transport& from, const sip::Message& request,
                                    config::Trust trust) {
  switch (request.method()) {
    case Method::invite:
      return on_invite(s, from, request, trust);
    case Method::options:
      return on_options(s, from, request, trust);
    case Method::refer:
      return reject(s, from, request, trust > config::Trust::unknown, Reason::refer_outside);
    default:
      return reject(s, from, request, trust > config::Trust::unknown, Reason::no_transaction);
  }
}

Reason Engine::Impl::on_request_in_dialog(const Surroundings& s, const Transport& from,
                                          const sip::Message& request, config::Trust trust) {
  bool trusted = trust > config::Trust::unknown;
  lane::Handle handle = find_leg(request.call_id(), request.to().tag());
  if (!handle) return reject(s, from, request, trusted, Reason::no_transaction);
  Leg& leg = legs[handle];
  if (!is_peer(leg, from, request)) {
    const bool early = request.method() != Method::bye && is_of_other_fork(leg, from, request);
    return early ? ask_later(s, from, request) : reject(s, from, request, trusted, Reason::dialog_foreign);
  }
  if (waits(request) && !may_keep(s, from))  // 500, for 503 would end more than this request
    return reject(s, from, request, false, Reason::transactions_full, 500, std::chrono::seconds(1));
  const Call* call = leg.side == caller_side ? calls.find(leg.call) : nullptr;
  if (call && call->forks.count > 1 && request.to().tag() != open(leg).local_tag.view())
    return on_request_of_other_fork(s, from, request);
  Reason reason = check_order(leg.dialog, request);
  if (reason != Reason::none) return reject(s, from, request, true, reason);
  leg.transport.remote = from.remote;  // a NAT may give it another port at any time
  leg.transport.local = from.local;
  switch (request.method()) {
    case Method::invite:
      return on_new_offer(s, from, request, handle);
    case Method::update:
      return on_update(s, from, request, handle);
    case Method::prack:
      return on_prack(s, from, request, handle);
    case Method::info:
      return on_info(s, from, request, handle);
    case Method::refer:
      return on_refer(s, from, request, handle);
    case Method::notify:
      return on_notify(s, from, request, handle);
    case Method::bye:
      return on_bye(s, from, request, handle);
    default:
      return on_options(s, from, request, trust);
  }
}

Reason Engine::Impl::on_cancel(const Surroundings& s, const Transport& from, const sip::Message& request,
                               config::Trust trust) {
  lane::Handle invite = servers.find(request, from, Method::invite);
  if (!invite || !servers.find(invite)->is_invite()) {
    return reject(s, from, request, trust > config::Trust::unknown, Reason::no_transaction);
  }
  const transaction::OpenServer* pending = servers.find_open(invite);
  Leg* leg = pending ? legs.find(pending->owner.leg) : nullptr;
  // RFC 3261 9.2: the tag that the INVITE's response has, or will have.
  if (leg) {
    reply_ok(s, from, request, open(*leg).local_tag.view());
  } else {
    std::string_view tag = servers.tag_of(invite);
    reply_ok(s, from, request, tag.empty() ? derive_tag(request).view() : tag);
  }
  if (!leg || leg->server != invite || !servers.awaits_final(invite)) return Reason::none;
  Call& call = calls[leg->call];
  if (call.answered()) {
    // A re-INVITE: the other side decides, since it may have accepted the new session already.
    const Leg& other = legs[call.legs[1 - leg->side]];
    clients.cancel(other.client, context(s), parting_lines(s, crossing_to(s, other, &request)));
  } else {
    end_call(s, leg->call, {Releaser::caller, 487, Reason::none, &request});
  }
  return Reason::none;
}

Reason Engine::Impl::on_ack(const Surroundings& s, const Transport& from, const sip::Message& ack) {
  lane::Handle invite = servers.find(ack, from, Method::invite);
  if (invite && servers.acknowledge(invite, context(s))) return Reason::none;
  lane::Handle handle = find_leg(ack.call_id(), ack.to().tag());
  if (!handle) return invite ? on_refusal_taken(s, invite) : Reason::ack_stray;
  Leg& leg = legs[handle];
  if (!is_peer(leg, from, ack)) return Reason::dialog_foreign;
  if (ack.cseq().number != leg.invite_cseq) return Reason::ack_stray;
  if (leg.awaits_ack()) on_acknowledged(s, handle, ack);
  return Reason::none;
}

/// An ACK with the INVITE's own branch and none of our tags: the caller took a refusal that we gave without
/// keeping state, and the network's second copy of its INVITE became a call that nobody is behind. An INVITE
/// inside a call began none.
Reason Engine::Impl::on_refusal_taken(const Surroundings& s, lane::Handle invite) {
  const transaction::OpenServer* pending = servers.find_open(invite);
  const Leg* leg = pending ? legs.find(pending->owner.leg) : nullptr;
  if (!leg || pending->tagged || !calls.lives(leg->call)) return Reason::ack_stray;
  end_call(s, leg->call, {Releaser::caller, 487});
  return Reason::none;
}

Reason Engine::Impl::on_options(const Surroundings& s, const Transport& from, const sip::Message& request,
                                config::Trust trust) {
  sip::Writer out(room(s, from));
  write_reply_start(out, request, from, 200, sip::phrase_of(200), derive_tag(request).view());
  write_allow(out);
  out.header(Header::accept, accepted_types);
  out.header(Header::supported, known_options);
  out.body({});
  if (out.overflowed()) return Reason::message_too_long;
  send_reply(s, from, request, trust > config::Trust::unknown, 200, out.written().size());
  return Reason::none;
}

Reason Engine::Impl::on_response(const Surroundings& s, const Transport& from, const sip::Message& response) {
  auto outcome = clients.on_response(response, from, context(s));
  if (!outcome.transaction) return outcome.reason;
  const transaction::ClientTransaction& transaction = *clients.find(outcome.transaction);
  lane::Handle handle = transaction.leg;
  Leg* leg = legs.find(handle);
  if (!transaction.is_invite()) {
    if (leg) on_non_invite_response(s, handle, outcome.transaction, response);
    if (!leg) on_probe_response(s, outcome.transaction, response.status());
  } else if (!leg || leg->client != outcome.transaction) {
    // The same 2xx again while its ACK waits for the answer is only impatient.
    bool waits = leg && leg->unacknowledged == outcome.transaction &&
                 response.to().tag() == open(*leg).remote_tag.view();
    if (response.status() / 100 == 2 && !waits)
      on_stray_success(s, outcome.transaction, response, outcome.call);
  } else if (calls[leg->call].answered()) {
    on_offer_response(s, handle, outcome.transaction, response);
  } else {
    on_attempt_response(s, handle, outcome.transaction, response);
  }
  return Reason::none;
}

void Engine::Impl::on_non_invite_response(const Surroundings& s, lane::Handle handle,
                                          lane::Handle transaction, const sip::Message& response) {
  const Leg& leg = legs[handle];
  if (response.status() < 200) return;
  if (leg.bye == transaction) return free_leg(handle);
  if (leg.report.client == transaction) return on_report_over(s, handle, response.status());
  if (leg.digits.client == transaction) return tell_next_digit(s, handle);
  if (leg.refresh == transaction) return on_refresh_response(s, handle, response);
  if (leg.client == transaction) return on_offer_response(s, handle, transaction, response);
  on_forwarded_response(s, handle, transaction, response);
}

/// The 2xx of a dialog that goes on, once more: our ACK was lost (RFC 3261 13.2.2.4).
void Engine::Impl::acknowledge_again(const Surroundings& s, const Leg& leg, const sip::Message& success) {
  const dialog::Dialog dialog = open(leg);
  const uint32_t cseq = success.cseq().number;
  Transport to = hop_of(leg, dialog);
  Branch branch = ack_branch(dialog.call_id.view(), dialog.remote_tag.view(), cseq);
  sip::Writer out(room(s, to));
  write_request_head(out, dialog,
                     {Method::ack, cseq, {branch.data(), branch.size()}, leg.transport.local, 70});
  write_session_id_back(out, success);
  out.body({});
  if (!out.overflowed()) s.out.send(to, out.written().size());
}

/// A 2xx that comes again, or that nobody wants any more: it crossed our CANCEL, or another fork was faster
/// (RFC 3261 13.2.2.4). `call`: Owner::call of what it leads to.
void Engine::Impl::on_stray_success(const Surroundings& s, lane::Handle transaction,
                                    const sip::Message& response, uint64_t call) {
  const transaction::ClientTransaction& invite = *clients.find(transaction);
  const Leg* leg = legs.find(invite.leg);
  if (leg && clients.has_acknowledged(transaction, response.to().tag()))
    return acknowledge_again(s, *leg, response);
  Transport to = invite.to;
  dialog::Dialog dialog;
  if (!seed_remote(dialog, response, to.remote) || begin_from_response(dialog, response) != Reason::none)
    return;
  to.remote = next_hop(dialog, to.remote);
  Branch branch = ack_branch(dialog.call_id.view(), response.to().tag(), dialog.local_cseq);
  sip::Writer out(room(s, to));
  write_request_head(out, dialog,
                     {Method::ack, dialog.local_cseq, {branch.data(), branch.size()}, to.local, 70});
  write_session_id_back(out, response);
  out.body({});
  if (!out.overflowed()) s.out.send(to, out.written().size());
  const transaction::Declined declined = clients.decline(transaction, response.to().tag());
  if (declined == transaction::Declined::again) return;
  const uint32_t last_cseq = invite.forks() ? invite.forks()->last_cseq : 0;
  const transaction::Owner owner{{}, call};
  // Where nothing can remember it, it leaves each time that the 2xx comes.
  const bool once = declined == transaction::Declined::first;
  send_bye(s, dialog, to, std::max(dialog.local_cseq, last_cseq) + 1, once ? &owner : nullptr, {});
}

lane::Handle Engine::Impl::find_leg(std::string_view call_id, std::string_view local_tag) const {
  return leg_table.find(dialog::dialog_key(digest_keys, call_id, local_tag));
}

/// RFC 3261 12.2.2 asks for the tags; we ask for the realm and the peer's address too.
bool Engine::Impl::is_peer(const Leg& leg, const Transport& from, const sip::Message& request) const {
  return is_from_remote(open(leg), request) && leg.transport.realm == from.realm &&
         leg.transport.remote.address == from.remote.address;
}

}  // namespace sbc::call
