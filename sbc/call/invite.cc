#include "dataplane/sip/multipart.h"
#include "dataplane/sip/text.h"
#include "sbc/call/breadth.h"
#include "sbc/call/cause.h"
#include "sbc/call/identity.h"
#include "sbc/call/impl.h"
#include "sbc/call/redirect.h"

namespace sbc::call {

/// The numbers of an INVITE, unescaped; the URN of a service stands for one (RFC 5031).
struct Engine::Impl::Numbers {
  explicit Numbers(const sip::Message& invite) : readable(take_number(invite.request_uri().user, called)) {
    if (!take_number(invite.from().uri.user, from)) from.clear();
    if (!take_number(invite.to().uri.user, to)) to.clear();
    for (NumberText* number : {&called, &to}) lower_service(*number);
  }
  /// Its labels are the same in any case; routes have them in lower case.
  static void lower_service(NumberText& number) {
    if (!sip::is_service_urn(number.view())) return;
    const NumberText written = number;
    number.clear();
    for (char c : written.view()) {
      const char lower = sip::lower(c);
      SBC_CHECK(number.append({&lower, 1}));
    }
  }
  NumberText called, from, to;
  bool readable;  // the called one
};

Inquiry Engine::Impl::inquiry(const Surroundings& s, RealmId realm, TrunkId source, const Numbers& numbers,
                              const sip::Message& invite) {
  return {
      realm,         source,  numbers.called.view(), numbers.from.view(), numbers.to.view(), &invite, s.utc,
      random.next(), &s.usage};
}

Reason Engine::Impl::on_invite(const Surroundings& s, const Transport& from, const sip::Message& invite,
                               config::Trust trust) {
  TrunkId source = s.policy.trunks.of_source(from.realm, from.remote.address);
  auto refuse = [&](Reason why, std::string_view route = {}) {
    return refuse_call(s, from, invite, trust, source, why, route);
  };
  dialog::Dialog dialog;
  Reason reason = check_invite(s, from, invite, dialog);
  if (reason != Reason::none) return refuse(reason);
  if (draining) return refuse(Reason::draining);
  const Numbers numbers(invite);
  if (!numbers.readable) return refuse(Reason::uri_bad);
  const bool replaces = invite.has(sip::Header::replaces);
  Decision decision =
      replaces ? Decision(Done{}) : decider.decide(inquiry(s, from.realm, source, numbers, invite), s.policy);
  if (const Refused* refused = std::get_if<Refused>(&decision))
    return refuse(refused->reason, refused->route.view());
  if (const Redirected* redirected = std::get_if<Redirected>(&decision))
    return redirect_call(s, from, invite, trust, source, *redirected);
  const Done* done = std::get_if<Done>(&decision);
  std::string_view route = done ? done->profile.route.view() : std::string_view{};
  Admission admission{source, trust <= config::Trust::unknown};
  // A call that replaces another goes to that one's peer, whatever number it names.
  if (!replaces) admission.precedence = precedence_of(s, from, trust, source, numbers.called.view(), invite);
  if (!has_transactions(admission.precedence)) return refuse(Reason::transactions_full, route);
  reason = admit(s, admission);
  if (reason != Reason::none) return refuse(reason, route);
  lane::Handle call = begin_call(s, from, invite, dialog, admission);
  if (!call) return refuse(Reason::pool_empty, route);
  if (replaces) {
    seek_replaced(s, call, invite);
  } else if (const Need* need = std::get_if<Need>(&decision)) {
    park(s, call, need->question);
  } else {
    take_profile(s, call, done->profile, invite);
  }
  return Reason::none;
}

/// What is wrong with the INVITE itself, before anybody asks where it goes (RFC 3261 8.2, 16.3). Where that
/// is nothing, `dialog` is the one that it begins, without a tag of ours.
Reason Engine::Impl::check_invite(const Surroundings& s, const Transport& from, const sip::Message& invite,
                                  dialog::Dialog& dialog) {
  if (invite.max_forwards() == 0u) return Reason::hops_exhausted;
  if (is_breadth_exhausted(invite)) return Reason::breadth_exhausted;
  if (!can_refuse(s, from, invite)) return Reason::message_too_long;
  if (invite.request_uri().scheme == sip::Scheme::sips)
    return Reason::scheme_unsupported;  // no TLS to go on with
  auto session_timer = session_as_server(invite, true, session_seconds(s), 0);
  if (!session_timer) return session_timer.reason();
  Replaces replaces;
  Reason reason = invite.has(sip::Header::replaces) ? read_replaces(invite, replaces) : Reason::none;
  if (reason != Reason::none) return reason;
  reason = begin_as_server(dialog, invite, {});
  if (reason != Reason::none) return reason;
  reason = read_sdp(invite);
  if (reason != Reason::none || !has_sdp(invite)) return reason;
  return anchor::judge_first(session, s.policy.model->realms[index_of(from.realm)]);
}

/// Into `session`, where there is any.
Reason Engine::Impl::read_sdp(const sip::Message& message) {
  auto text = sip::find_part(message, sip::session_description);
  if (!text) return text.reason();
  return text->empty() ? Reason::none : session.parse(*text);
}

/// Takes what the call needs, answers 100 and lists the dialog. No handle, and the admission given back, when
/// out of room.
lane::Handle Engine::Impl::begin_call(const Surroundings& s, const Transport& from,
                                      const sip::Message& invite, dialog::Dialog& dialog,
                                      const Admission& admission) {
  const TrunkId source = admission.source;
  bool trunk_held = s.policy.trunks.find(source) != nullptr;
  lane::Handle handle = has_room(s, admission.precedence) ? calls.take() : lane::Handle{};
  if (handle) {
    Call& call = calls[handle];
    call.record = begin_record(s, from, invite, source);
    call.record.precedence = admission.precedence;
    call.source_trunk = source;
    call.source_trunk_held = trunk_held;
    call.stranger = admission.stranger;
    lane::Handle leg = begin_leg(handle, caller_side);
    if (leg && fill_call(s, handle, leg, from, invite, dialog)) return handle;
    if (leg) free_leg(leg);
    slab.release(call.invite);
    calls.release(handle);
  }
  give_admission_back(s, trunk_held ? source : TrunkId::none, admission.stranger);
  return {};
}

bool Engine::Impl::fill_call(const Surroundings& s, lane::Handle handle, lane::Handle leg_handle,
                             const Transport& from, const sip::Message& invite, dialog::Dialog& dialog) {
  Call& call = calls[handle];
  Leg& leg = legs[leg_handle];
  const Tag tag = tag_of_fork(call, 0);
  leg.transport = from;
  leg.trunk = call.source_trunk;
  leg.reliable.wish = reliable_wish(invite);
  leg.takes_update = allows(invite, sip::Method::update);
  leg.proposed = *session_as_server(invite, true, session_seconds(s), 0);
  if (!dialog.local_tag.assign({tag.data(), tag.size()}) || !keep(leg, dialog)) return false;
  if (!slab.keep(call.invite, invite.bytes())) return false;
  leg.server = servers.begin(invite, from);
  if (!leg.server) return false;
  servers.belongs_to(leg.server, {leg_handle, leg.call_number});
  leg.invite_cseq = invite.cseq().number;
  list_leg(leg_handle);
  call.exchange = {true, caller_side, !has_sdp(invite)};
  call.anchor.begin(call.record.id, random);
  leg.trusted = is_trusted(s, from.realm, from.remote.address);
  leg.hidden = hides_identity(invite);
  if (carries_out_refer(s, leg)) introduce(s, leg, invite);
  call.anchor.trust_sdp(caller_side, leg.trusted, from.remote.address);
  call.anchor.speak_digits(caller_side, digit_rule(s, from.realm, leg.trunk));
  SBC_CHECK(call.anchor.place(caller_side, from.realm, from.remote.address.family(), anchoring(s, call)) ==
            Reason::none);
  return respond(s, leg_handle, 100, {}, nullptr);
}

CallRecord Engine::Impl::begin_record(const Surroundings& s, const Transport& from,
                                      const sip::Message& invite, TrunkId source) {
  CallRecord record;
  NumberText number;
  record.id = random.next();
  record.worker = self;
  record.begun = s.now;
  if (take_number(invite.from().uri.user, number)) record.from_number = number.view();
  if (take_number(invite.request_uri().user, number)) record.to_number = number.view();
  record.caller.realm = from.realm;
  record.caller.trunk = source;
  record.caller.peer = from.remote;
  record.caller.call_id = invite.call_id();
  return record;
}

/// An attempt that is refused before it becomes a call. One that leaves no state behind leaves no CDR either:
/// what is sent again would be written again.
Reason Engine::Impl::refuse_call(const Surroundings& s, const Transport& from, const sip::Message& invite,
                                 config::Trust trust, TrunkId source, Reason reason, std::string_view route) {
  bool with_state = trust > config::Trust::unknown && reason != Reason::transactions_full;
  reject(s, from, invite, with_state, reason);
  if (!with_state) return reason;
  CallRecord record = begin_record(s, from, invite, source);
  record.reason = reason;
  write_refusal(s, record, status_of(reason), cause_of(status_of(reason)), route);
  return reason;
}

/// The route says where else the caller may try (RFC 3261 8.3). No call begins, and nothing of it counts.
Reason Engine::Impl::redirect_call(const Surroundings& s, const Transport& from, const sip::Message& invite,
                                   config::Trust trust, TrunkId source, const Redirected& target) {
  bool with_state = trust > config::Trust::unknown;
  sip::Writer out(room(s, from));
  write_reply_start(out, invite, from, moved_temporarily, sip::phrase_of(moved_temporarily),
                    derive_tag(invite).view());
  write_redirection(out, target.number.view(), target.host.view());
  out.body({});
  if (out.overflowed())
    return refuse_call(s, from, invite, trust, source, Reason::message_too_long, target.route.view());
  send_reply(s, from, invite, with_state, moved_temporarily, out.written().size());
  if (!with_state) return Reason::none;
  CallRecord record = begin_record(s, from, invite, source);
  write_refusal(s, record, moved_temporarily, cause_redirected, target.route.view());
  return Reason::none;
}

void Engine::Impl::write_refusal(const Surroundings& s, CallRecord& record, int status, uint16_t cause,
                                 std::string_view route) {
  record.state = CallState::ending;
  record.ended = s.now;
  record.status = uint16_t(status);
  record.cause = cause;
  record.route = route;
  record.releaser = Releaser::sbc;
  s.out.push(WriteCdr{record});
}

void Engine::Impl::park(const Surroundings& s, lane::Handle handle, const Text<128>& what) {
  await_answer(s, handle);
  s.out.push(Ask{calls[handle].question, what});
}

/// By part of the key of the caller's dialog the call is found again, wherever it may have moved meanwhile;
/// the rest counts, so that a late answer is none to what the dialog asks next. Of a call that we began for
/// who was referred, the caller is still in its origin.
uint64_t Engine::Impl::number_question(const Call& call) {
  const lane::Handle caller = call.legs[caller_side];
  Leg& leg = legs[caller ? caller : calls[call.origin].legs[call.referred]];
  const dialog::Dialog dialog = open(leg);
  const uint64_t key = dialog::dialog_key(digest_keys, dialog.call_id.view(), dialog.local_tag.view()).high;
  constexpr unsigned counting_bits = 8 * sizeof leg.questions;
  static_assert(counting_bits + transaction::DigestTable::part_bits == 64);
  return uint64_t(++leg.questions) << (64 - counting_bits) | (key << counting_bits >> counting_bits);
}

void Engine::Impl::await_answer(const Surroundings& s, lane::Handle handle, Duration at_most) {
  calls[handle].question = number_question(calls[handle]);
  arm(handle, CallTimer::parked, s.now + at_most);
}

/// The call that waits for this answer, and does so no longer; none where the answer comes too late.
lane::Handle Engine::Impl::take_parked(uint64_t question) {
  const Leg* caller = legs.find(leg_table.find_by_part(question));
  lane::Handle handle = caller ? caller->call : lane::Handle{};
  if (const Call* origin = calls.find(handle); origin && origin->successor) handle = origin->successor;
  Call* call = calls.find(handle);
  if (!call || call->question != question) return {};
  call->question = 0;
  stop(handle, CallTimer::parked);
  return handle;
}

void Engine::Impl::on_answer(const Surroundings& s, uint64_t question, uint64_t value) {
  lane::Handle handle = take_parked(question);
  if (!handle) return;
  if (calls[handle].awaits_host) return on_host_known(s, handle, true);
  decide_again(s, handle, value);
}

/// Where a call goes that has begun: with the answer to what was asked, or anew because it was redirected.
void Engine::Impl::decide_again(const Surroundings& s, lane::Handle handle, std::optional<uint64_t> answer) {
  Call& call = calls[handle];
  const sip::Message* invite = read_invite(call);
  SBC_CHECK(invite);
  Numbers numbers(*invite);
  SBC_CHECK(numbers.readable);
  if (call.redirections) SBC_CHECK(numbers.called.assign(call.redirected.view()));
  const Inquiry asked = inquiry(s, call.record.caller.realm, call.source_trunk, numbers, *invite);
  Decision decision = answer ? decider.resume(asked, *answer, s.policy) : decider.decide(asked, s.policy);
  if (const Refused* refused = std::get_if<Refused>(&decision)) {
    call.record.route = refused->route;
    end_call(s, handle, {Releaser::sbc, 0, refused->reason});
  } else if (const Need* need = std::get_if<Need>(&decision)) {
    park(s, handle, need->question);
  } else if (const Redirected* redirected = std::get_if<Redirected>(&decision)) {
    call.record.route = redirected->route;  // a call that has begun goes nowhere else
    end_call(s, handle, {Releaser::sbc, 0, Reason::no_rule});
  } else {
    take_profile(s, handle, std::get<Done>(decision).profile, *invite);
  }
}

}  // namespace sbc::call
