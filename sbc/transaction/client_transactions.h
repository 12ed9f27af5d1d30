// ClientTransactions: the transactions that we began (RFC 3261 17.1, RFC 6026), found by their branch.
//
// Owned by one worker; fixed size. It acknowledges failures itself, holds a CANCEL back until the peer has
// answered anything (RFC 3261 9.1), and hands a 2xx that comes again to the transaction user, who writes its
// ACK again, but for an ACK with a body, which is kept. A transaction without a leg is an orphan: nobody
// waits for it any more, and what it brings is only tidied up.
//
// A transaction is small, because most of those that there are have ended and linger. What it needs before
// its final response, and an ACK that must be kept, is its open part, as with server transactions; so are the
// wheel's keys.
#pragma once

#include <optional>
#include <variant>

#include "dataplane/lane/pool.h"
#include "dataplane/sip/message.h"
#include "dataplane/time/timer_wheel.h"
#include "sbc/transaction/invite_client.h"
#include "sbc/transaction/message_slab.h"
#include "sbc/transaction/non_invite_client.h"
#include "sbc/transaction/owner.h"
#include "sbc/transaction/sender.h"
#include "sbc/transaction/slot_table.h"
#include "sbc/transaction/transaction_key.h"
#include "sbc/transaction/transaction_sizes.h"
#include "sbc/transaction/undelivered.h"

namespace sbc::transaction {

/// A client transaction's part that may still send.
struct OpenClient {
  lane::Handle transaction;
  uint64_t call = 0;  // Owner::call
  Kept request;       // before its final response
  Kept ack;  // INVITE: of a failure where FailureAck has no room for it, or of the 2xx where it has a body
  Transport ack_to;  // of that 2xx
  Kept parting;      // header lines of a CANCEL that has to wait
  bool cancel_wanted = false;
  bool cancel_sent = false;
};

/// An INVITE's dialogs, as far as its 2xx responses are concerned.
struct Forks {
  static constexpr size_t max = 8;

  uint32_t last_cseq = 0;     // of what was sent in its dialogs: a BYE for a late 2xx comes after that
  uint32_t acknowledged = 0;  // hash of the To tag whose 2xx was acknowledged; 0 = none
  bool ack_has_body = false;  // that ACK
  std::array<uint32_t, max> declined{};  // hashes of To tags whose 2xx was sent away with a BYE

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.last_cseq);
    form.number(self.acknowledged);
    form.number(self.ack_has_body);
    for (auto& tag : self.declined) form.number(tag);
  }
};

/// What the ACK of an INVITE's failure has of the INVITE and not of the response (RFC 3261 17.1.1.3).
struct FailureAck {
  static constexpr size_t uri_max = 55;

  uint8_t size = 0;
  std::array<char, uri_max> uri;  // the Request-URI, written up to `size`

  std::string_view request_uri() const { return {uri.data(), size}; }

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.text(self.uri, self.size);
  }
};

struct ClientTransaction {
  Digest key;
  Transport to;
  lane::Handle leg, open;
  std::variant<InviteClient, NonInviteClient> machine;
  std::variant<Forks, FailureAck> rest;

  bool is_invite() const { return std::holds_alternative<InviteClient>(machine); }
  const Forks* forks() const { return std::get_if<Forks>(&rest); }
};

/// Whether the 2xx of a fork was sent away before, or acknowledged for good; `unknown`: there are too many
/// forks to tell.
enum class Declined : uint8_t { first, again, unknown };

class ClientTransactions {
 public:
  /// All that one which lingers occupies, its share of tables and deadlines included.
  static constexpr size_t bytes_lingering = lane::Pool<ClientTransaction>::bytes_per_object +
                                            SlotTable::bytes_per_entry + TimerWheel::bytes_per_key;
  static_assert(bytes_lingering <= 192);
  /// What an open part adds, without the messages in the slab.
  static constexpr size_t bytes_open = lane::Pool<OpenClient>::bytes_per_object + TimerWheel::bytes_per_key;

  ClientTransactions(TransactionSizes sizes, uint32_t message_bytes_max, const DigestKeys& keys,
                     MessageSlab& slab, TimerWheel& wheel, uint32_t first_key);

  /// The request stands at the front of out.space(). Without room for the transaction it is not sent, but for
  /// BYE and CANCEL, which leave once, and nobody waits for their response. No handle in both cases.
  lane::Handle begin(const RequestId& id, const Transport& to, size_t size, const Owner& owner,
                     const Context& context);

  struct Response {
    Reason reason = Reason::none;  // why it was dropped
    lane::Handle transaction;      // set where the transaction user is to hear of it
    uint64_t call = 0;             // Owner::call, where it was open before
  };
  /// It must come from the realm and the address that the request went to, and repeat the request's one Via,
  /// Call-ID and CSeq (RFC 3261 8.1.3.3, 8.2.6.2).
  Response on_response(const sip::Message& response, const Transport& from, const Context& context);

  /// The ACK of a 2xx stands at the front of out.space(): sent, and kept where it has a body.
  void acknowledge(lane::Handle handle, std::string_view to_tag, const Transport& to, size_t size,
                   const Context& context);
  bool has_acknowledged(lane::Handle handle, std::string_view to_tag) const;
  /// Other requests were sent in the dialogs that the INVITE has begun, up to this CSeq.
  void note_cseq(lane::Handle handle, uint32_t cseq);
  /// A 2xx of this To tag is sent away.
  Declined decline(lane::Handle handle, std::string_view to_tag);
  /// Cancels an INVITE as soon as the peer has answered anything; does nothing about another request.
  /// `parting`: header lines of the CANCEL; without room for them it goes without.
  void cancel(lane::Handle handle, const Context& context, std::string_view parting = {});
  /// The leg is gone. An INVITE is cancelled where there is something to cancel, and goes on as an orphan.
  /// One that nothing was heard of is still repeated, because only a response to it lets us cancel it (RFC
  /// 3261 9.1); but without its body, since the media ports in there are no longer this call's. Any other
  /// request is forgotten: whatever its dialog was, it is over.
  void abandon(lane::Handle handle, const Context& context, std::string_view parting = {});

  /// Its leg is part of another call now: so is it, where it was part of one.
  void move(lane::Handle handle, uint64_t call);

  struct TimedOut {
    lane::Handle transaction, leg;
  };
  /// Key of a deadline, relative to the first one. The transaction is gone when it timed out.
  std::optional<TimedOut> on_deadline(uint32_t key, const Context& context);
  /// Brings what that deadline is about into the cache.
  void prefetch(uint32_t key) const {
    if (key < pool_.capacity()) pool_.prefetch(key);
  }
  /// The INVITE that this datagram was is over (RFC 3261 18.4), where nothing was heard of it yet. Another to
  /// the same peer is not: errors come from whomever, and are believed of what they prove to have seen.
  /// It walks all open transactions: whoever reports undelivered datagrams does so at a bounded rate.
  std::optional<TimedOut> take_undelivered(const Undelivered& datagram);

  /// As part of its call's bytes; see saved_transactions.h. No handle, and the form has failed, where they
  /// are no transaction's, or it is here already.
  template <class Form>
  void save(Form& form, lane::Handle handle) const {
    each_field(form, *this, handle);
  }
  template <class Form>
  lane::Handle load(Form& form, uint64_t call);
  /// It lives elsewhere now.
  void forget(lane::Handle handle) { release(handle); }
  /// Calls visit(handle, call) for each one that is open and a call's.
  template <class Visit>
  void each_open(Visit&& visit) const {
    for (auto at = open_.next_live(0); at; at = open_.next_live(at.index + 1))
      if (open_[at].call != 0) visit(open_[at].transaction, open_[at].call);
  }

  const ClientTransaction* find(lane::Handle handle) const { return pool_.find(handle); }
  /// A request without a final response yet.
  bool awaits_final(lane::Handle handle) const;
  uint32_t in_use() const { return pool_.in_use(); }
  uint32_t open() const { return open_.in_use(); }
  bool has_room() const { return pool_.in_use() < pool_.capacity() && open_.in_use() < open_.capacity(); }
  /// Room for what is new: one of so many parts is left for what is under way already.
  bool has_spare(uint32_t parts) const { return has_spare_of(pool_, parts) && has_spare_of(open_, parts); }
  uint32_t check_invariants(uint64_t& kept_bytes) const;

 private:
  template <class Form, class Table>
  static void each_field(Form& form, Table& table, lane::Handle handle);
  lane::Handle find(const Digest& key) const;
  void carry_out(lane::Handle handle, const Step& step, const Context& context);
  Step on_invite_response(lane::Handle handle, const sip::Message& response, const Context& context);
  void acknowledge_failure(lane::Handle handle, const sip::Message& response, const Context& context);
  void keep_failure_ack(ClientTransaction& transaction, std::string_view ack);
  void keep_success_ack(lane::Handle handle, std::string_view ack, const Transport& to);
  void drop_request(ClientTransaction& transaction);
  void strip_body(OpenClient& open);
  void send_cancel(lane::Handle handle, const Context& context);
  void resend(const Kept& kept, const Transport& to, const Context& context);
  /// The request, which leaves as the same bytes each time, in that datagram.
  bool is_request(const OpenClient& open, const Undelivered& datagram);
  /// The request that the transaction sent, parsed again into the scratch message; false when it is not kept.
  bool read_request(const OpenClient& open);
  uint32_t tag_hash(std::string_view tag) const;
  void close(ClientTransaction& transaction);
  void release(lane::Handle handle);
  uint32_t timeout_key(lane::Handle handle) const { return first_key_ + handle.index; }
  uint32_t retransmit_key(lane::Handle open) const { return first_key_ + pool_.capacity() + open.index; }

  const DigestKeys& keys_;
  MessageSlab& slab_;
  TimerWheel& wheel_;
  uint32_t first_key_;
  lane::Pool<ClientTransaction> pool_;
  lane::Pool<OpenClient> open_;
  SlotTable by_key_;
  std::vector<char> scratch_bytes_, bare_bytes_;
  sip::Message scratch_;
};

}  // namespace sbc::transaction
