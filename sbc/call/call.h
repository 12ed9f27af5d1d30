// Call and Leg: a leg is one side of a call, one dialog with one user agent (RFC 3261 12); a call is two
// legs, what was decided for them, and their anchor. Plain values in pools; the engine is what acts on them.
#pragma once

#include <array>

#include "dataplane/lane/pool.h"
#include "dataplane/meter/rate_cell.h"
#include "sbc/anchor/anchor.h"
#include "sbc/call/decision.h"
#include "sbc/call/digits.h"
#include "sbc/call/forks.h"
#include "sbc/call/per_fork.h"
#include "sbc/call/record.h"
#include "sbc/call/reliable.h"
#include "sbc/call/session_timer.h"
#include "sbc/call/subscription.h"
#include "sbc/dialog/dialog.h"
#include "sbc/transaction/message_slab.h"

namespace sbc::call {

inline constexpr unsigned caller_side = 0;
inline constexpr unsigned callee_side = 1;

/// A request of the other leg's peer that is no offer, and that this leg's peer has to answer.
struct Forwarded {
  lane::Handle server, client;
};

/// Of the slab, that a call which is being set up takes.
inline constexpr uint32_t setup_chunks = 8;

/// Bytes of a description that is kept because it may be needed later: two of them find room where the call's
/// setup was. A longer one must not take that of calls to come.
inline constexpr size_t described_max = size_t(setup_chunks / 2) * transaction::MessageSlab::chunk_bytes;

struct Leg {
  /// A peer that sends one more before any of these is answered is told to wait.
  static constexpr size_t forwarded_max = 4;
  /// For one more, the oldest is forgotten.
  static constexpr size_t referrals_max = 2;

  lane::Handle call;         // none: the call is over, and the leg stays only to say goodbye
  uint64_t call_number = 0;  // CallRecord::id of its call, also when that is over
  unsigned side = caller_side;
  Transport transport;  // remote: the peer's address as learnt from what it sends
  TrunkId trunk = TrunkId::none;
  dialog::Sequence dialog;
  transaction::Kept names;         // the dialog's, packed: Impl::open() and keep() are the way in and out
  transaction::Kept introduction;  // of the peer to others: introduction.cc; where that may be needed
  bool call_id_ours = false;       // we have begun the dialog
  bool introduced = false;         // well enough to call somebody on the peer's behalf
  bool trusted = false;       // the peer: what it asserts of identities is passed on, and it may be told all
  bool hidden = false;        // the peer has asked not to be named (RFC 3323)
  bool takes_update = false;  // the peer's Allow has UPDATE
  bool listed = false;        // in the table of dialogs
  bool lingering = false;     // counted as one whose call is over

  lane::Handle server;           // the peer's INVITE, or UPDATE with an offer, that we owe a final response
  lane::Handle updated;          // the peer's last UPDATE whose 2xx has brought our answer
  lane::Handle accepted;         // the peer's INVITE whose 2xx waits for its ACK
  uint32_t invite_cseq = 0;      // of the peer's last INVITE: its ACK names it
  Duration resend_interval{0};   // of the 2xx, or of the reliable provisional response before it
  lane::Handle client;           // ours without a final response
  lane::Handle invited;          // our last INVITE: its 2xx may come again, or another fork's
  lane::Handle unacknowledged;   // our INVITE whose 2xx we have not acknowledged: the answer is not known yet
  uint32_t own_invite_cseq = 0;  // of our last INVITE
  lane::Handle bye;              // our BYE
  transaction::Kept parting;     // header lines of the BYE that waits for the peer's ACK
  std::array<Forwarded, forwarded_max> forwarded{};
  std::array<Referral, referrals_max> referrals{};  // which the peer reports on
  Report report;                                    // on a REFER of the peer that we carry out
  Digits digits;
  Reliable reliable;
  PerFork<uint16_t> authorised;       // early media of each of a callee's forks: the last that it has said
  SessionTimer session;               // as agreed
  SessionTimer proposed;              // what we agree to once the peer's outstanding offer is accepted
  transaction::Kept proposed_target;  // and where its peer is reached from then on; empty: where it was
  Instant session_end;                // unless it is refreshed
  lane::Handle refresh;               // our UPDATE that refreshes it
  uint16_t questions = 0;             // how often its calls have asked (Call::question)
  meter::RateCell asks;               // what the peer has us begin: requests forwarded, PRACKs

  bool awaits_ack() const { return bool(accepted); }
  /// Its transactions, but for those that are the other leg's as well (forwarded); some may be none.
  std::array<lane::Handle, 3> servers() const { return {server, updated, accepted}; }
  std::array<lane::Handle, 5> clients() const { return {client, invited, unacknowledged, bye, refresh}; }
};

/// One offer/answer exchange that an INVITE, re-INVITE or UPDATE carries from one leg to the other.
struct Exchange {
  bool open = false;
  unsigned asker = caller_side;
  bool offer_in_answer = false;  // the INVITE came without an offer: it is in the 2xx, its answer in the ACK
  bool by_update = false;        // no ACK follows its answer
  bool made = false;  // the callee got an offer of ours nevertheless; the caller gets its answer as an offer
  bool ours = false;  // the asker has said before what is offered: no request of its waits
  bool refreshes = false;  // and the other side was told it before, too: nothing is to change

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.open);
    form.number(self.asker, callee_side);
    form.number(self.offer_in_answer);
    form.number(self.by_update);
    form.number(self.made);
    form.number(self.ours);
    form.number(self.refreshes);
  }
};

/// Offers by UPDATE in an early dialog, besides the INVITE's exchange: early_update.cc.
struct EarlyExchange {
  uint64_t answered = 0;  // Forks::Fork::id of who has answered the INVITE's offer reliably; 0 = none
  lane::Handle prack;     // ours for that
  uint64_t known = 0;     // and of whom the caller has acknowledged that; 0 = none
  bool done = false;      // that answer stands: what else comes before the call is answered, is no preview
  uint64_t other = 0;     // hash of the To tag of whom the call's preview is from meanwhile; 0 = nobody
  unsigned asker = caller_side;  // whose UPDATE
  lane::Handle client;           // ours, forwarded, has no final response; none: there is no offer

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.bits(self.answered);
    form.client(self.prack);
    form.bits(self.known);
    form.number(self.done);
    form.bits(self.other);
    form.number(self.asker, callee_side);
    form.client(self.client);
  }
};

/// What a caller is told of a callee's failure.
struct Refusal {
  uint16_t status = 0;      // 0 = none
  uint16_t cause = 0;       // Q.850
  bool tell_cause = false;  // in place of what the callee says of it
  ResponseRuleId rule;      // that says all this; saved_call.cc has its form

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.status);
    form.number(self.cause);
    form.number(self.tell_cause);
  }
};

/// What a callee has described before it answers, as the call's preview has it.
struct Previewed {
  uint64_t fork = 0;      // whose; the hash of its To tag
  uint16_t sections = 0;  // that it takes, a bit each
  bool reliable = false;  // it came reliably, so the 2xx says no other (RFC 3262 5)
  bool told = false;      // the caller has it

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.bits(self.fork);
    form.number(self.sections);
    form.number(self.reliable);
    form.number(self.told);
  }
};

struct Call {
  CallRecord record;
  CallProfile profile;
  std::array<lane::Handle, 2> legs;
  Exchange exchange;
  EarlyExchange early;
  anchor::Anchor anchor;
  transaction::Kept invite;    // the caller's, until the call is answered
  transaction::Kept preview;   // the SDP of early media, until then too: as the caller is told it, or,
                               // in answer to an offer that we made, or of another fork than UPDATEs go to,
                               // as the callee has; then the SDP of
                               // an answer, while the other side has to be told of it
  transaction::Kept offered;   // the SDP of the offer under way, once it is answered, for introduction.cc
  transaction::Kept success;   // the callee's 2xx, while the caller has not acknowledged an answer
  transaction::Kept replaced;  // the Replacement, where it takes over another call, until then too
  Forks forks;                 // before it is answered
  bool told = false;           // the caller knows of its early dialog
  Previewed previewed;         // before it is answered
  TrunkId source_trunk = TrunkId::none;    // the caller's, where it is one
  TrunkId target_trunk = TrunkId::none;    // whose limits the attempt counts against
  bool peers_failed = false;               // some of the target trunk's
  bool stranger = false;                   // the call counts against the limits of unknown sources
  bool source_trunk_held = false;          // the call counts against the caller's trunk's limits
  bool spoken = false;                     // the peer that is tried has said something
  uint8_t next_trunk = 0;                  // of the profile, to be tried next
  uint8_t peer_slot = 0;                   // of the peer that is tried
  uint64_t tried = 0;                      // a bit for the slot of each of the trunk's peers that was
  bool awaits_host = false;                // the question is what a trunk's host name stands for
  bool last_resort = false;                // of a call with precedence: what is not well is tried now
  uint16_t passed_over = 0;                // a bit for each of the profile's trunks that was suspended
  uint8_t redirections = 0;                // that were followed
  Text<64> redirected;                     // the number that the last one named; empty: as dialled
  Refusal refusal;                         // told when nothing is left to try, where a callee gave one,
  Reason failure = Reason::trunks_failed;  // and this where none did
  uint32_t session_min = 0;                // seconds: what the callee's 422 has asked for
  uint64_t question = 0;                   // asked and unanswered; 0 = none
  unsigned retold_side = callee_side;      // who has to be told of the other side's answer,
  uint8_t retold = 0;                      // and how often it was
  Instant media_since;                     // from when on silence counts
  uint8_t heard = 0;                       // a bit for each side that has been since then
  bool audio_told = false;                 // that a side is not heard
  bool converts_digits = false;            // and it is listed for that: digits.cc
  /// Of a call in which somebody was referred: the one that we have begun on that party's behalf. And of that
  /// one: the call it came from, which it goes back to where it comes to nothing. Each names the other.
  lane::Handle successor, origin;
  bool joining = false;             // of that one: its party has not accepted yet what was answered
  unsigned referred = caller_side;  // in the call that it came from: the party's side

  bool answered() const { return record.state == CallState::answered; }
  bool has_precedence() const { return record.precedence != policy::Precedence::none; }
};

}  // namespace sbc::call
