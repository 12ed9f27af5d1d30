// ServerTransactions: the transactions that peers began: found by key, driven by events and deadlines,
// released at their end (RFC 3261 17.2, RFC 6026).
//
// Owned by one worker; fixed size. A transaction is small, because most of those that there are have ended
// and linger. What it needs while something may still be sent on its own account, addresses and bytes, is its
// open part, of which there are fewer; it goes back as soon as it can. Uses a key of the wheel per
// transaction, from `first_key` on, for the time-out, and then one per open part, for the retransmission.
#pragma once

#include <variant>

#include "dataplane/lane/pool.h"
#include "dataplane/sip/message.h"
#include "dataplane/time/timer_wheel.h"
#include "sbc/transaction/invite_server.h"
#include "sbc/transaction/message_slab.h"
#include "sbc/transaction/non_invite_server.h"
#include "sbc/transaction/owner.h"
#include "sbc/transaction/sender.h"
#include "sbc/transaction/slot_table.h"
#include "sbc/transaction/tombstone.h"
#include "sbc/transaction/transaction_sizes.h"

namespace sbc::transaction {

/// A server transaction's part that may still send: before its final response, and after it where that may be
/// sent again without the request: until the ACK of an INVITE, and where it has a body until timer J.
struct OpenServer {
  lane::Handle transaction;
  Transport reply;    // where responses go
  Kept head;          // answered later: what each response repeats, ending in To
  Kept record_route;  // INVITE: for the responses that make a dialog
  Kept response;      // the last one sent
  Owner owner;
  bool tagged = false;        // the request's To has a tag: it is inside a dialog
  bool moves_target = false;  // a target refresh request: its responses name our Contact, too
};

struct ServerTransaction {
  Digest key, merged;
  lane::Handle open;
  std::variant<InviteServer, NonInviteServer> machine;
  bool guards_merge = false;  // listed under `merged`
  Tombstone tombstone;        // from the final response on

  bool is_invite() const { return std::holds_alternative<InviteServer>(machine); }
};

class ServerTransactions {
 public:
  /// All that one which lingers occupies, its share of tables and deadlines included.
  static constexpr size_t bytes_lingering = lane::Pool<ServerTransaction>::bytes_per_object +
                                            2 * SlotTable::bytes_per_entry + TimerWheel::bytes_per_key;
  static_assert(bytes_lingering <= 192);
  /// What an open part adds, without the messages in the slab.
  static constexpr size_t bytes_open = lane::Pool<OpenServer>::bytes_per_object + TimerWheel::bytes_per_key;

  ServerTransactions(TransactionSizes sizes, uint32_t message_bytes_max, const DigestKeys& keys,
                     Phrases phrases, MessageSlab& slab, TimerWheel& wheel, uint32_t first_key);

  /// The transaction a request belongs to; for ACK and CANCEL give Method::invite to find what they are
  /// about.
  lane::Handle find(const sip::Message& request, const Transport& from, sip::Method method) const;
  /// True where another transaction of the same request is alive (RFC 3261 8.2.2.2).
  bool is_merged(const sip::Message& request, const Transport& from) const;

  /// No handle when out of room.
  lane::Handle begin(const sip::Message& request, const Transport& from);
  /// The same where somebody else has to speak before the response can be written: keeps what it repeats, as
  /// is always done for an INVITE, and tells other requests to wait when that is due (RFC 4320 4.1).
  lane::Handle begin_waiting(const sip::Message& request, const Transport& from, const Context& context);
  void belongs_to(lane::Handle handle, const Owner& owner);
  /// Its leg is part of another call now: so is it, where it was part of one.
  void move(lane::Handle handle, uint64_t call);
  /// The response stands at the front of out.space().
  void respond(lane::Handle handle, int status, size_t size, const Context& context);
  /// Nobody has answered a request other than INVITE: a response that late would only confuse the elements
  /// between (RFC 4320 4.2). If it comes again, it is absorbed.
  void leave_unanswered(lane::Handle handle, const Context& context);
  /// The request came once more.
  void repeat(lane::Handle handle, const sip::Message& request, const Transport& from,
              const Context& context);
  /// An ACK that matched by branch: true where it acknowledged a failure.
  bool acknowledge(lane::Handle handle, const Context& context);
  /// The provisional response once more: the transaction user has seen no PRACK yet (RFC 3262 3).
  void resend_provisional(lane::Handle handle, const Context& context);
  /// The 2xx once more: the transaction user has seen no ACK yet (RFC 3261 13.3.1.4).
  void resend_success(lane::Handle handle, const Context& context);
  /// The last response where it is kept, copied to the front of `out`, and another one to be repeated in its
  /// place.
  std::string_view response_of(lane::Handle handle, std::span<char> out) const;
  void replace_response(lane::Handle handle, std::string_view response);
  /// The response need not be kept: the 2xx was acknowledged, or what it says is no longer so. The request,
  /// if it comes again, is absorbed.
  void settle(lane::Handle handle);

  /// Key of a deadline, relative to the first one.
  void on_deadline(uint32_t key, const Context& context);
  /// Brings what that deadline is about into the cache.
  void prefetch(uint32_t key) const {
    if (key < pool_.capacity()) pool_.prefetch(key);
  }

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
      if (open_[at].owner.call != 0) visit(open_[at].transaction, open_[at].owner.call);
  }

  const ServerTransaction* find(lane::Handle handle) const { return pool_.find(handle); }
  /// Null when the transaction, or its open part, is gone.
  const OpenServer* find_open(lane::Handle handle) const;
  /// The tag that its final response has added to To; empty where there is none.
  std::string_view tag_of(lane::Handle handle) const;
  /// A request without a final response yet.
  bool awaits_final(lane::Handle handle) const;
  /// How many requests other than INVITE wait for their response: nobody but the transaction user ends these.
  uint32_t waiting() const;
  uint32_t in_use() const { return pool_.in_use(); }
  uint32_t open() const { return open_.in_use(); }
  /// Room for what is new: one of so many parts is left for what is under way already.
  bool has_spare(uint32_t parts) const { return has_spare_of(pool_, parts) && has_spare_of(open_, parts); }
  /// Aborts where tables, timers and transactions disagree; returns how many deadlines are armed and adds the
  /// bytes that transactions keep.
  uint32_t check_invariants(uint64_t& kept_bytes) const;

 private:
  template <class Form, class Table>
  static void each_field(Form& form, Table& table, lane::Handle handle);
  lane::Handle handle_at(uint32_t slot) const { return pool_.next_live(slot); }
  lane::Handle find(const Digest& key) const;
  bool is_merged(const Digest& key) const;
  bool keep_head(OpenServer& open, const sip::Message& request, const Transport& from);
  void keep_response(lane::Handle handle, int status, std::string_view response);
  void send_trying(lane::Handle handle, const Context& context);
  void carry_out(lane::Handle handle, const Step& step, const Context& context);
  void resend(const OpenServer& open, const Context& context);
  void close(ServerTransaction& transaction);
  void list_merged(const Digest& key, lane::Handle handle);
  void unlist_merged(lane::Handle handle);
  void release(lane::Handle handle);
  uint32_t timeout_key(lane::Handle handle) const { return first_key_ + handle.index; }
  uint32_t retransmit_key(lane::Handle open) const { return first_key_ + pool_.capacity() + open.index; }

  const DigestKeys& keys_;
  Phrases phrases_;
  MessageSlab& slab_;
  TimerWheel& wheel_;
  uint32_t first_key_;
  lane::Pool<ServerTransaction> pool_;
  lane::Pool<OpenServer> open_;
  SlotTable by_key_, by_merged_;
  std::vector<char> scratch_;
};

}  // namespace sbc::transaction
