// Engine::Impl: the engine's state and its procedures. Each group of procedures is a file of its own, named
// at the head of its group.
//
// Handles, not references, are kept across anything that may end a call.
#pragma once

#include "policy/topology/info_body.h"
#include "sbc/call/call.h"
#include "sbc/call/compose.h"
#include "sbc/call/crossing.h"
#include "sbc/call/engine.h"
#include "sbc/call/refer_to.h"
#include "sbc/call/timer_keys.h"
#include "sbc/transaction/client_transactions.h"
#include "sbc/transaction/digest_table.h"
#include "sbc/transaction/server_transactions.h"

namespace sbc::call {

class LoadedCall;
struct CallParts;

struct Engine::Impl {
  Impl(WorkerId self, const Steering& steering, Random random, const config::Model& model,
       const EngineSizes& sizes, Instant now, const Decider& decider);

  // receive.cc: what arrives, and to whom it belongs.
  Reason on_message(const Surroundings& s, const Transport& from, const sip::Message& message,
                    config::Trust trust);
  Reason on_request(const Surroundings& s, const Transport& from, const sip::Message& request,
                    config::Trust trust);
  Reason on_new_request(const Surroundings& s, const Transport& from, const sip::Message& request,
                        config::Trust trust);
  Reason on_request_in_dialog(const Surroundings& s, const Transport& from, const sip::Message& request,
                              config::Trust trust);
  Reason on_cancel(const Surroundings& s, const Transport& from, const sip::Message& request,
                   config::Trust trust);
  Reason on_ack(const Surroundings& s, const Transport& from, const sip::Message& ack);
  Reason on_refusal_taken(const Surroundings& s, lane::Handle invite);
  Reason on_options(const Surroundings& s, const Transport& from, const sip::Message& request,
                    config::Trust trust);
  Reason on_response(const Surroundings& s, const Transport& from, const sip::Message& response);
  void on_non_invite_response(const Surroundings& s, lane::Handle leg, lane::Handle transaction,
                              const sip::Message& response);
  void acknowledge_again(const Surroundings& s, const Leg& leg, const sip::Message& success);
  void on_stray_success(const Surroundings& s, lane::Handle transaction, const sip::Message& response,
                        uint64_t call);
  Reason check_method(const sip::Message& request) const;
  lane::Handle find_leg(std::string_view call_id, std::string_view local_tag) const;
  bool is_peer(const Leg& leg, const Transport& from, const sip::Message& request) const;
  bool is_of_call(const Transport& from, const sip::Message& request) const;

  // reply.cc: responses.
  transaction::Context context(const Surroundings& s) const { return {s.out, s.policy.model->timers, s.now}; }
  std::span<char> room(const Surroundings& s) const;
  /// The same, but no more than one datagram to there may hold: what is written leaves.
  std::span<char> room(const Surroundings& s, const Transport& to) const;
  /// Whether any failure of this request fits a datagram back: else it is not taken at all.
  bool can_refuse(const Surroundings& s, const Transport& from, const sip::Message& request);
  /// Refuses a request; with state, and so retransmitted, only for peers that are trusted or inside a dialog.
  Reason reject(const Surroundings& s, const Transport& from, const sip::Message& request, bool with_state,
                Reason reason, int status = 0, Duration retry_after = Duration(-1));
  /// What is answered stays for 64 * T1, so who is not trusted may fill half of that room and no more: the
  /// rest is for new calls and for peers that are.
  bool may_keep(const Surroundings& s, const Transport& from) const;
  /// What was written for a request that has no transaction yet: sends it, with a transaction where there is
  /// room and this source may keep one. Without, what is repeated is answered again.
  void send_reply(const Surroundings& s, const Transport& from, const sip::Message& request, bool with_state,
                  int status, size_t size);
  /// What crosses to this leg of a live call from the other one's message; null: nothing.
  Crossing crossing_to(const Surroundings& s, const Leg& to, const sip::Message* source) const;
  void write_crossing(const Surroundings& s, sip::Writer& out, const Crossing& crossing) const {
    call::write_crossing(out, crossing, s.policy.header_rules, s.rules_acted);
  }
  void reply_ok(const Surroundings& s, const Transport& from, const sip::Message& request,
                std::string_view to_tag);
  /// A response to a request that waits: `source` is the other leg's, for what crosses. False, and nothing
  /// sent, where it does not fit; a failure always does.
  /// `cause`: Q.850, told in place of what `source` says of it; 0 = none.
  bool respond(const Surroundings& s, const Leg& leg, lane::Handle server, int status, std::string_view sdp,
               const sip::Message* source, Duration retry_after = Duration(0), uint16_t cause = 0);
  /// The same to the offer that this leg's peer waits with.
  bool respond(const Surroundings& s, lane::Handle leg, int status, std::string_view sdp,
               const sip::Message* source, Duration retry_after = Duration(0), uint16_t cause = 0) {
    return respond(s, legs[leg], legs[leg].server, status, sdp, source, retry_after, cause);
  }

  /// As what a new call counts.
  struct Admission {
    TrunkId source = TrunkId::none;
    bool stranger = false;  // against the limits of unknown sources
    policy::Precedence precedence = policy::Precedence::none;
  };

  // invite.cc: a call begins.
  struct Numbers;
  Inquiry inquiry(const Surroundings& s, RealmId realm, TrunkId source, const Numbers& numbers,
                  const sip::Message& invite);
  Reason on_invite(const Surroundings& s, const Transport& from, const sip::Message& invite,
                   config::Trust trust);
  Reason check_invite(const Surroundings& s, const Transport& from, const sip::Message& invite,
                      dialog::Dialog& dialog);
  lane::Handle begin_call(const Surroundings& s, const Transport& from, const sip::Message& invite,
                          dialog::Dialog& dialog, const Admission& admission);
  bool fill_call(const Surroundings& s, lane::Handle call, lane::Handle leg, const Transport& from,
                 const sip::Message& invite, dialog::Dialog& dialog);
  bool is_trusted(const Surroundings& s, RealmId realm, const IpAddress& peer) const {
    return s.policy.access.judge(realm, peer).trust == config::Trust::trusted;
  }
  Reason read_sdp(const sip::Message& message);
  CallRecord begin_record(const Surroundings& s, const Transport& from, const sip::Message& invite,
                          TrunkId source);
  Reason refuse_call(const Surroundings& s, const Transport& from, const sip::Message& invite,
                     config::Trust trust, TrunkId source, Reason reason, std::string_view route);
  Reason redirect_call(const Surroundings& s, const Transport& from, const sip::Message& invite,
                       config::Trust trust, TrunkId source, const Redirected& target);
  void write_refusal(const Surroundings& s, CallRecord& record, int status, uint16_t cause,
                     std::string_view route);
  void park(const Surroundings& s, lane::Handle call, const Text<128>& what);
  uint64_t number_question(const Call& call);
  void await_answer(const Surroundings& s, lane::Handle call, Duration at_most = Decider::answer_timeout);
  lane::Handle take_parked(uint64_t question);
  void on_answer(const Surroundings& s, uint64_t question, uint64_t value);
  void decide_again(const Surroundings& s, lane::Handle call, std::optional<uint64_t> answer);

  // admission.cc: whether there is a place for a call.
  policy::Precedence precedence_of(const Surroundings& s, const Transport& from, config::Trust trust,
                                   TrunkId source, std::string_view called, const sip::Message& invite) const;
  bool has_room(const Surroundings& s, policy::Precedence precedence) const;
  bool has_transactions(policy::Precedence precedence) const;
  Reason admit(const Surroundings& s, const Admission& admission);
  Reason hold_source(const Surroundings& s, const Admission& admission);
  void give_admission_back(const Surroundings& s, TrunkId held, bool stranger);

  // attempt.cc: the call goes to one peer after the other.
  struct Target {
    TrunkId trunk = TrunkId::none;
    RealmId realm = RealmId::none;
    Endpoint peer, local;
    const policy::Peer* known = nullptr;  // while this step lasts; null: no trunk's
  };
  void take_profile(const Surroundings& s, lane::Handle call, const CallProfile& profile,
                    const sip::Message& invite);
  void attempt_next(const Surroundings& s, lane::Handle call, const sip::Message& invite);
  std::optional<Target> next_target(const Surroundings& s, Call& call);
  std::optional<Target> next_peer_of(const Surroundings& s, Call& call, TrunkId id,
                                     const config::Trunk& trunk, bool suspended);
  void await_host(const Surroundings& s, lane::Handle call, const Target& awaited);
  void on_host_known(const Surroundings& s, lane::Handle call, bool in_time);
  bool hold_trunk(const Surroundings& s, Call& call, TrunkId id, const config::Trunk& trunk);
  void leave_trunk(const Surroundings& s, Call& call);
  Reason begin_attempt(const Surroundings& s, lane::Handle call, const Target& target,
                       const sip::Message& invite);
  void note_asked(Call& call, lane::Handle leg, const Target& target);
  bool releases_media(const Surroundings& s, const Call& call, RealmId callee_realm) const;
  Reason begin_callee(const Surroundings& s, lane::Handle call, lane::Handle leg, const Target& target,
                      const sip::Message& invite);
  Reason offer_to(const Surroundings& s, Call& call, unsigned side, const sip::Message& source);
  void write_beginning(const Surroundings& s, sip::Writer& out, const Leg& callee,
                       const sip::Message& invite) const;
  /// `source` null: the offer is our own.
  Reason send_offer(const Surroundings& s, lane::Handle leg, sip::Method method, const sip::Message* source,
                    uint32_t max_forwards);
  void fail_over(const Surroundings& s, lane::Handle call, Reason why, int status);
  void leave_callee(const Surroundings& s, lane::Handle call);
  void forget_callee(Call& call);
  SessionTimer callee_session(const Surroundings& s, const Call& call) const;
  const sip::Message* read_invite(const Call& call);

  // early_dialogs.cc: what the caller knows of forks.
  using Tag = std::array<char, 16>;
  uint64_t fork_tag(const sip::Message& response) const;
  uint64_t fork_of(const Call& call, const sip::Message& response) const;
  uint64_t fork_of(const Leg& callee) const;
  Tag tag_of_fork(const Call& call, size_t fork) const;
  bool turn_to_fork(Call& call, uint64_t id);
  Reason on_request_of_other_fork(const Surroundings& s, const Transport& from, const sip::Message& request);
  bool leaves_others(Call& call, std::string_view tag);
  Reason ask_later(const Surroundings& s, const Transport& from, const sip::Message& request);
  bool is_of_other_fork(const Leg& leg, const Transport& from, const sip::Message& request) const;
  void list_forks(const Call& call);
  void forget_forks(Call& call);

  // provisional.cc: reliable provisional responses.
  lane::Handle acknowledge_provisional(const Surroundings& s, lane::Handle leg, const sip::Message& response);
  bool is_next_reliable(lane::Handle leg, const sip::Message& response, uint32_t rseq);
  void relay_provisional(const Surroundings& s, Call& call, uint64_t fork, int status,
                         const sip::Message* response);
  const sip::Message* held_answer(const Call& call);
  void relay_held(const Surroundings& s, lane::Handle call);
  Reason on_prack(const Surroundings& s, const Transport& from, const sip::Message& prack, lane::Handle leg);
  void resend_provisional(const Surroundings& s, lane::Handle leg);

  // answer.cc: what the callee says to the call.
  void watch_progress(const Surroundings& s, lane::Handle call, int status);
  void on_attempt_response(const Surroundings& s, lane::Handle leg, lane::Handle transaction,
                           const sip::Message& response);
  void on_ringing(const Surroundings& s, lane::Handle leg, const sip::Message& response);
  void on_answered(const Surroundings& s, lane::Handle leg, lane::Handle transaction,
                   const sip::Message& response);
  void on_refused(const Surroundings& s, lane::Handle leg, const sip::Message& response);
  Reason tell_answer(const Surroundings& s, Call& call, const sip::Message& response);
  Reason carry_answer(const Surroundings& s, Call& call, unsigned from, const sip::Message& response);
  /// False, and nothing sent, where it does not fit. `success`: the 2xx; null: we have it no more.
  bool acknowledge(const Surroundings& s, lane::Handle leg, std::string_view sdp,
                   const sip::Message* success);
  void accept(const Surroundings& s, lane::Handle leg);

  // preview.cc: what a callee describes before it answers.
  config::EarlyMediaRule early_media_of(const Surroundings& s, TrunkId trunk) const;
  void preview_answer(const Surroundings& s, lane::Handle leg, const sip::Message& response);
  bool lets_through(const Surroundings& s, const Leg& callee, uint16_t authorised) const;
  bool revokes_early_media(const Surroundings& s, const Leg& callee, const sip::Message& source) const;
  void gate_early_media(const Surroundings& s, lane::Handle leg, const sip::Message& response);
  bool asks_for_authorisation(const Surroundings& s, const Leg& callee, const sip::Message& invite) const;
  void keep_preview(Call& call, const sip::Message& response);
  void keep_described(Call& call, const sip::Message& response);
  bool read_described(const Surroundings& s, Leg& callee, const transaction::Kept& described);
  Reason settle_preview(const Surroundings& s, Call& call, const sip::Message& response);

  // early_offer.cc: an offer to a callee whose caller has made none.
  bool wants_offer(const Surroundings& s, TrunkId trunk, const sip::Message& invite) const;
  Reason make_offer(const Surroundings& s, Call& call, const config::Trunk& trunk);
  void keep_answer(Call& call, const sip::Message& response);
  Reason turn_answer(const Surroundings& s, Call& call, const sip::Message& response);
  void on_turned_acknowledged(const Surroundings& s, lane::Handle call, const sip::Message& ack);

  // narrowed.cc: a caller's answer that takes less than the callee's, which it was offered.
  bool narrows(const Surroundings& s, Call& call, const sip::Message& answer);
  bool loses(const Surroundings& s, Call& call, const sip::Message& answer);
  /// `told`: the other side's.
  void tell_narrowed(const Surroundings& s, lane::Handle call, unsigned told, const sip::Message& answer);
  void tell_answer(const Surroundings& s, lane::Handle call);
  void leave_unnarrowed(const Surroundings& s, lane::Handle call);
  void tell_answer_again(const Surroundings& s, lane::Handle call, Duration after);
  void on_answer_refused(const Surroundings& s, lane::Handle call, bool by_update,
                         const sip::Message& response);

  // redirect.cc: a trunk sends the call elsewhere.
  bool redirect(const Surroundings& s, lane::Handle call, const sip::Message& response,
                config::Redirection rule);
  bool follow_redirection(const Surroundings& s, lane::Handle call, const NumberText& target);
  bool pass_redirection(const Surroundings& s, lane::Handle call, const NumberText& target,
                        const sip::Message& response);

  // health.cc: which peers and trunks are well.
  /// A peer that is asked by OPTIONS.
  struct Probe {
    TrunkId trunk = TrunkId::none;
    Endpoint peer;
    Instant due;
    lane::Handle client;  // without an answer
  };
  bool asks_peers() const { return index_of(self) == 0; }
  void watch_peers(const Surroundings& s);
  void ask_peers(const Surroundings& s);
  void ask_peer(const Surroundings& s, Probe& probe);
  void on_probe_response(const Surroundings& s, lane::Handle transaction, int status);
  void on_probe_timeout(const Surroundings& s, lane::Handle transaction);
  void note_peer(const Surroundings& s, const Probe& probe, bool well);
  bool is_suspended(const Surroundings& s, TrunkId trunk) const;
  static constexpr unsigned all_calls = 1000;  // share_of() of who is well
  unsigned share_of(const Surroundings& s, TrunkId id, const config::Trunk& trunk,
                    const policy::Peer& peer) const;
  bool takes_call(const Surroundings& s, const Call& call, TrunkId id, const config::Trunk& trunk,
                  const policy::Peer& peer);
  bool has_other(const Surroundings& s, const Call& call) const;
  void note_seizure(const Surroundings& s, const Call& call, bool answered);

  // in_dialog.cc: what happens inside an established call.
  void on_acknowledged(const Surroundings& s, lane::Handle leg, const sip::Message& ack);
  Reason on_bye(const Surroundings& s, const Transport& from, const sip::Message& request, lane::Handle leg);
  Transport hop_of(const Leg& leg, const dialog::Dialog& dialog) const;
  /// A request of ours that is neither an offer nor a goodbye: `write(out)` writes what follows its head.
  /// message_too_long or pool_empty where it is not sent; then its CSeq is still free.
  template <class Write>
  Result<lane::Handle> send_in_dialog(const Surroundings& s, lane::Handle handle, sip::Method method,
                                      uint32_t max_forwards, Write&& write) {
    Leg& leg = legs[handle];
    const dialog::Dialog dialog = open(leg);
    Branch branch = draw_branch();
    std::string_view branch_text{branch.data(), branch.size()};
    const uint32_t cseq = leg.dialog.local_cseq + 1;
    Transport to = hop_of(leg, dialog);
    sip::Writer out(room(s, to));
    write_request_head(out, dialog, {method, cseq, branch_text, leg.transport.local, max_forwards});
    write(out);
    if (out.overflowed()) return Reason::message_too_long;
    lane::Handle client = clients.begin({method, branch_text, dialog.call_id.view(), cseq}, to,
                                        out.written().size(), {handle, leg.call_number}, context(s));
    if (!client) return Reason::pool_empty;
    leg.dialog.local_cseq = cseq;
    clients.note_cseq(leg.client, cseq);
    return client;
  }

  // late_offer.cc: an offer that a 2xx has brought.
  Reason carry_late_answer(const Surroundings& s, lane::Handle leg, const sip::Message& ack);
  void acknowledge_alone(const Surroundings& s, lane::Handle leg, const sip::Message& success);
  void refuse_late_offers(const Surroundings& s, const Call& call);

  // modify.cc: re-INVITE and UPDATE.
  static void learn_allow(Leg& leg, const sip::Message& message);
  Reason move_target(Leg& leg, const sip::Message& message);
  Reason propose_target(Leg& leg, const sip::Message& request);
  Reason take_proposed_target(Leg& leg);
  Reason on_update(const Surroundings& s, const Transport& from, const sip::Message& update,
                   lane::Handle leg);
  Reason on_new_offer(const Surroundings& s, const Transport& from, const sip::Message& request,
                      lane::Handle leg);
  Reason forward_offer(const Surroundings& s, const Transport& from, const sip::Message& request,
                       lane::Handle leg);
  bool is_busy(const Call& call) const;
  bool is_free(lane::Handle leg) const;
  void on_offer_response(const Surroundings& s, lane::Handle leg, lane::Handle transaction,
                         const sip::Message& response);
  void withdraw_offer(const Surroundings& s, Call& call);
  bool is_waiting(lane::Handle asker) const;
  void on_own_offer_accepted(const Surroundings& s, lane::Handle leg, const sip::Message& response);
  void on_own_offer_refused(const Surroundings& s, lane::Handle call, bool by_update,
                            const sip::Message& response);
  void on_offer_accepted(const Surroundings& s, lane::Handle leg, lane::Handle transaction,
                         const sip::Message& response);

  // forward.cc: requests inside a dialog that only the other side can answer.
  Reason on_info(const Surroundings& s, const Transport& from, const sip::Message& info, lane::Handle leg);
  Reason check_forwarded(const Surroundings& s, const Transport& from, const sip::Message& request,
                         const Leg& leg);
  lane::Handle leg_to_ask(const Surroundings& s, lane::Handle leg);
  Reason put_off(const Surroundings& s, const Transport& from, const sip::Message& request);
  bool may_ask(const Surroundings& s, Leg& leg) const;
  struct ForwardedText {
    std::string_view headers;  // whole lines
    std::string_view type, body;
  };
  Result<lane::Handle> forward(const Surroundings& s, const Transport& from, const sip::Message& request,
                               lane::Handle other, const ForwardedText& text);
  void on_forwarded_response(const Surroundings& s, lane::Handle leg, lane::Handle transaction,
                             const sip::Message& response);
  void on_forwarded_timeout(const Surroundings& s, lane::Handle leg, lane::Handle transaction);
  void drop_forwarded(const Surroundings& s, Call& call);

  // digits.cc: INFO of one side that is telephone-events of the other.
  config::DigitRule digit_rule(const Surroundings& s, RealmId realm, TrunkId trunk) const;
  void list_digits(lane::Handle call);
  std::optional<media::MediaPort> port_for_digits(const Surroundings& s, const Leg& leg,
                                                  const policy::InfoDigits& digits) const;
  Reason play_digits(const Surroundings& s, const Transport& from, const sip::Message& info, lane::Handle leg,
                     const media::MediaPort& to, const policy::InfoDigits& digits);
  Reason on_digit(const Surroundings& s, uint64_t token, const media::Digit& digit);
  void tell_next_digit(const Surroundings& s, lane::Handle leg);
  void lose_digits(const Surroundings& s, Leg& leg);
  void forget_digits(const Surroundings& s, Leg& leg);

  // early_update.cc: offers by UPDATE before the call is answered.
  bool may_offer_early(const Leg& asker) const;
  Reason on_early_offer(const Surroundings& s, const Transport& from, const sip::Message& update,
                        lane::Handle leg);
  Reason forward_early_offer(const Surroundings& s, const Transport& from, const sip::Message& update,
                             lane::Handle leg, lane::Handle other);
  void withdraw_early_offer(const Surroundings& s, Call& call);
  void on_early_answer(const Surroundings& s, lane::Handle leg, lane::Handle server,
                       const sip::Message& response);
  Reason take_early_answer(const Surroundings& s, lane::Handle leg, lane::Handle server,
                           const sip::Message& response);
  void keep_other_answer(Call& call, const sip::Message& response);
  Reason answer_as_other_fork(const Surroundings& s, Call& call, const sip::Message& response);

  // transfer.cc: REFER, and the NOTIFY that reports on it.
  bool may_transfer(const Surroundings& s, const Leg& leg) const;
  Reason on_refer(const Surroundings& s, const Transport& from, const sip::Message& refer, lane::Handle leg);
  Reason write_refer_to(const Surroundings& s, sip::Writer& out, const Leg& leg, const Leg& other,
                        const ReferTo& target) const;
  Reason on_notify(const Surroundings& s, const Transport& from, const sip::Message& notify,
                   lane::Handle leg);
  void settle_referral(Leg& leg, const sip::Message& response);

  // introduction.cc: what we know of a peer, to speak in its place.
  bool carries_out_refer(const Surroundings& s, const Leg& referred) const;
  bool keeps_description(const Surroundings& s, const Leg& leg) const;
  void introduce(const Surroundings& s, Leg& leg, const sip::Message& message);
  void keep_introduction(Leg& leg, sip::Writer& headers, std::string_view described);
  void learn_description(const Surroundings& s, lane::Handle leg, const sip::Message& message);
  void keep_offered(Call& call, const sip::Message& offer);
  void learn_offered(const Surroundings& s, Call& call, Leg& asker);
  void learn_kept(const Surroundings& s, Leg& leg, const transaction::Kept& sdp);
  void introduce_caller(const Surroundings& s, const Call& call);
  bool read_introduced(const Leg& leg);
  size_t introduced_sections(const Leg& leg);
  /// The peer of this side. What it has described is in `session` then.
  bool is_described(const Call& call, unsigned side) {
    const Leg* leg = legs.find(call.legs[side]);
    return leg && read_introduced(*leg);
  }
  void write_introduction(sip::Writer& out, const Leg& leg);

  // carry_out.cc: a REFER that we carry out, in the place of who was referred.
  bool is_transferring(const Leg& leg) const;
  bool is_ours_to_carry_out(const Surroundings& s, const Leg& leg) const;
  Reason carry_out(const Surroundings& s, const Transport& from, const sip::Message& refer, lane::Handle leg,
                   const ReferTo& target);
  Reason begin_referred(const Surroundings& s, lane::Handle origin, unsigned side, const sip::Message& refer,
                        const ReferTo& target, lane::Handle& begun);
  Reason fill_referred(const Surroundings& s, lane::Handle call, lane::Handle origin,
                       const sip::Message& refer, const ReferTo& target);
  bool write_referred(sip::Writer& out, const Leg& referred, const Leg& referrer, const sip::Message& refer,
                      const ReferTo& target);
  void accept_refer(const Surroundings& s, const Transport& from, const sip::Message& refer,
                    lane::Handle leg);
  void report_progress(const Surroundings& s, const Call& call, int status);
  void leave_transfer(const Surroundings& s, lane::Handle call, int status);
  bool leaves_transfer_behind(const Leg& leg) const;
  void leave_referrer(const Surroundings& s, lane::Handle leg);

  // joining.cc: who was referred, and who has answered, in one call.
  void join(const Surroundings& s, lane::Handle call);
  void join_later(const Surroundings& s, lane::Handle call, Duration after);
  void move_leg(lane::Handle leg, lane::Handle call, unsigned side);
  void take_referred(const Surroundings& s, lane::Handle call);
  Reason offer_to_referred(const Surroundings& s, lane::Handle call);
  void on_joined(const Surroundings& s, lane::Handle call);
  void on_join_refused(const Surroundings& s, lane::Handle call, int status);
  void give_referred_back(const Surroundings& s, lane::Handle call, int status);

  // reporting.cc: NOTIFYs of ours.
  void report(const Surroundings& s, lane::Handle leg, int status, bool last);
  void send_report(const Surroundings& s, lane::Handle leg);
  void on_report_over(const Surroundings& s, lane::Handle leg, int status);

  // replacing.cc: a call that takes over another one (RFC 3891).
  static TrunkId trunk_of(const policy::Compiled& policy, const Leg& leg);
  PeerId peer_of(const policy::Compiled& policy, const Leg& leg) const;
  const Leg& who_replaces(const Call& call) const;
  void seek_replaced(const Surroundings& s, lane::Handle call, const sip::Message& invite);
  Replacement find_replaced(const policy::Compiled& policy, const DialogQuestion& question) const;
  void on_replaced(const Surroundings& s, uint64_t question, const Replacement& answer);
  void take_replacement(const Surroundings& s, lane::Handle call, const Replacement& answer,
                        const sip::Message& invite);
  bool keep_replaced(Call& call, const Replacement& replaced);
  bool read_replaced(const Call& call, Replacement& replaced) const;
  std::optional<Target> replaced_target(const Surroundings& s, Call& call);
  bool aim_at_replaced(const Call& call, dialog::Dialog& dialog) const;
  void write_replacing(sip::Writer& out, const Call& call, const sip::Message& invite) const;

  // refresh.cc: session timers.
  uint32_t session_seconds(const Surroundings& s) const;
  void begin_session(const Surroundings& s, lane::Handle leg, const SessionTimer& timer);
  void retry_refresh(const Surroundings& s, lane::Handle leg, Duration after);
  void refresh_session(const Surroundings& s, lane::Handle leg);
  void refresh_by_update(const Surroundings& s, lane::Handle leg);
  bool lets_caller_refresh(const Surroundings& s, const Leg& leg) const;
  Reason refresh_by_invite(const Surroundings& s, lane::Handle leg);
  void probe(const Surroundings& s, lane::Handle leg);
  void on_session_due(const Surroundings& s, lane::Handle leg);
  void on_refresh_response(const Surroundings& s, lane::Handle leg, const sip::Message& response);
  void on_refresh_refused(const Surroundings& s, lane::Handle leg, bool by_update,
                          const sip::Message& response);

  // release.cc: the end of calls and legs.
  struct Ending {
    Releaser releaser = Releaser::sbc;
    int status = 0;  // told to a caller still waiting; 0 = the reason's
    Reason reason = Reason::none;
    const sip::Message* source = nullptr;  // the message that ended the call, for what crosses
    uint16_t cause = 0;                    // Q.850; 0 = the status's
    bool tell_cause = false;               // to a caller still waiting, in place of what `source` says of it
  };
  bool has_rung(const Call& call) const;
  void end_call(const Surroundings& s, lane::Handle call, Ending ending);
  void write_cdr(const Surroundings& s, const Call& call, const Ending& ending, int status, bool answered);
  void leave_leg(const Surroundings& s, lane::Handle leg, const Ending& ending, int status);
  void refuse_media(const Surroundings& s, const Leg& leg);
  std::string_view parting_lines(const Surroundings& s, const Crossing& crossing);
  /// `parting`: header lines that cross. `owner` null: it leaves once, and its response is stray.
  void say_goodbye(const Surroundings& s, lane::Handle leg, std::string_view parting);
  lane::Handle send_bye(const Surroundings& s, const dialog::Dialog& dialog, const Transport& to,
                        uint32_t cseq, const transaction::Owner* owner, std::string_view parting);
  void free_leg(lane::Handle leg);
  void release_usage(const Surroundings& s, Call& call);
  void free_call(lane::Handle call);
  bool hang_up(const Surroundings& s, uint64_t call_id);
  void hang_up_all(const Surroundings& s);

  // deadlines.cc
  void on_time(const Surroundings& s);
  void fetch_ahead(uint32_t key) const;
  void on_deadline(const Surroundings& s, uint32_t key);
  void on_call_deadline(const Surroundings& s, lane::Handle call, CallTimer timer);
  void on_leg_deadline(const Surroundings& s, lane::Handle leg, LegTimer timer);
  void on_client_timeout(const Surroundings& s, const transaction::ClientTransactions::TimedOut& timed_out);
  void on_ring_timeout(const Surroundings& s, lane::Handle call);
  void check_media(const Surroundings& s, lane::Handle call);
  void expect_media(const Surroundings& s, lane::Handle call);
  void check_audio(const Surroundings& s, lane::Handle call);
  uint8_t sides_heard(const Surroundings& s, const Call& call, Instant since) const;
  void tell_silence(const Surroundings& s, Call& call, uint8_t heard);
  void on_undelivered(const Surroundings& s, const Undelivered& datagram);
  void arm(lane::Handle call, CallTimer timer, Instant deadline) {
    wheel.arm(keys.of_call(call.index, timer), deadline);
  }
  void stop(lane::Handle call, CallTimer timer) { wheel.cancel(keys.of_call(call.index, timer)); }
  void arm(lane::Handle leg, LegTimer timer, Instant deadline) {
    wheel.arm(keys.of_leg(leg.index, timer), deadline);
  }
  void stop(lane::Handle leg, LegTimer timer) { wheel.cancel(keys.of_leg(leg.index, timer)); }

  // effects.cc: small things that several procedures need.
  anchor::Context anchoring(const Surroundings& s, Call& call);
  void carry_out_changes(const Surroundings& s);
  void finish_step();
  void log(const Surroundings& s, Severity severity, Reason reason, const Call& call, unsigned side,
           std::string_view text);
  void log(const Surroundings& s, Severity severity, Reason reason, const Call& call, RealmId realm,
           const Endpoint& peer, std::string_view text);
  std::optional<Endpoint> listener_of(const Surroundings& s, RealmId realm, Family family) const;
  lane::Handle begin_leg(lane::Handle call, unsigned side);
  void list_leg(lane::Handle leg);
  /// The leg's dialog, to work with.
  dialog::Dialog open(const Leg& leg) const;
  /// What has become of it. False, and all as it was, without room.
  bool keep(Leg& leg, const dialog::Dialog& dialog);
  std::string_view draw_call_id();

  // saved_call.cc: calls as bytes.
  size_t save_call(const Surroundings& s, uint64_t call_id, std::span<uint8_t> out);
  Reason load_call(const Surroundings& s, std::span<const uint8_t> bytes);
  bool forget_call(const Surroundings& s, uint64_t call_id);
  CallParts parts_of(uint64_t call_id) const;
  bool is_part_of_transfer(const CallParts& parts) const;
  void forget_parts(const CallParts& parts);
  void visit_ids(const std::function<bool(uint64_t)>& visit) const;
  template <class Form, class Parts>
  void each_part(const Surroundings& s, Form& form, Parts& parts, uint64_t call_id);
  template <class Form>
  void each_field_of_leg(const Surroundings& s, Form& form, lane::Handle leg);
  template <class Form>
  void each_tried(const Surroundings& s, Form& form, Call& call);
  template <class Form>
  void each_field_of_call(const Surroundings& s, Form& form, lane::Handle call);
  bool may_live_here(const CallParts& parts) const;
  void list_parts(const Surroundings& s, const CallParts& parts);
  uint64_t seal_of(std::span<const uint8_t> bytes) const;
  lane::Handle find_call(uint64_t call_id) const;

  // inspect.cc
  EngineUsage usage() const;
  CallRecord record_of(const Call& call, const media::StatsReader& media) const;
  void check_invariants() const;
  void check_transfer(lane::Handle call) const;
  void check_legs() const;

  static constexpr size_t branch_length = 7 + 24;  // the magic cookie and what follows
  using Branch = std::array<char, branch_length>;
  Branch draw_branch();
  Branch ack_branch(std::string_view call_id, std::string_view remote_tag, uint32_t cseq) const;

  WorkerId self;
  const Steering& steering;
  const Decider& decider;
  Random random;
  uint32_t message_bytes_max;
  transaction::DigestKeys digest_keys;
  TimerKeys keys;
  TimerWheel wheel;
  transaction::MessageSlab slab;
  uint32_t slab_chunks;
  transaction::ServerTransactions servers;
  transaction::ClientTransactions clients;
  lane::Pool<Call> calls;
  lane::Pool<Leg> legs;
  transaction::DigestTable leg_table;
  transaction::DigestTable digit_calls;  // whose digits are converted, by the token of their relays
  uint32_t fork_tags = 0;                // of callers' early dialogs besides the current ones
  uint32_t lingering = 0;                // legs whose call is over
  uint32_t relays = 0;                   // that the media plane has of us
  anchor::PortPool ports;
  anchor::StreamPool streams;
  anchor::KeySeedPool seeds;
  Instant port_wake = Instant::never();
  bool draining = false;
  std::vector<Probe> probes;         // by trunk and peer
  std::vector<Probe> former_probes;  // while watch_peers() lasts
  size_t next_probe = 0;             // where the next look at who is due begins

  // Scratch, valid within one procedure.
  anchor::RelayChanges changes;
  sdp::Session session;
  std::vector<char> sdp_text;
  size_t sdp_size = 0;
  std::vector<char> head_bytes;
  mutable std::array<char, dialog::Names::saved_max> names_bytes;
  std::vector<char> invite_bytes;
  sip::Message invite_message;
  std::array<char, 24> call_id_text{};
  std::array<char, 2048> parting_bytes;
  std::string_view sdp() const { return {sdp_text.data(), sdp_size}; }
};

}  // namespace sbc::call
