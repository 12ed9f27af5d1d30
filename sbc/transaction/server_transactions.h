// ServerTransactions: the transactions that peers began: found by key, driven by events and deadlines,
// released at their end (RFC 3261 17.2, RFC 6026).
//
// Owned by one worker; fixed size. Uses two keys of the wheel per transaction, from `first_key` on:
// retransmission, then time-out. A transaction's `leg` is the transaction user's own business.
#pragma once

#include <variant>

#include "dataplane/lane/pool.h"
#include "dataplane/sip/message.h"
#include "dataplane/time/timer_wheel.h"
#include "sbc/transaction/digest_table.h"
#include "sbc/transaction/invite_server.h"
#include "sbc/transaction/message_slab.h"
#include "sbc/transaction/non_invite_server.h"
#include "sbc/transaction/sender.h"

namespace sbc::transaction {

struct ServerTransaction {
  std::variant<InviteServer, NonInviteServer> machine;
  Digest key, merged;
  bool guards_merge = false;  // listed under `merged`
  bool tagged = false;        // the request's To has a tag: it is inside a dialog
  bool moves_target = false;  // a target refresh request: its responses name our Contact, too
  Transport reply;            // where responses go
  Kept head;                  // answered later: what each response repeats, ending in To
  Kept record_route;          // INVITE: for the responses that make a dialog
  Kept response;              // the last one sent
  lane::Handle leg;

  bool is_invite() const { return std::holds_alternative<InviteServer>(machine); }
};

class ServerTransactions {
 public:
  ServerTransactions(uint32_t capacity, uint32_t message_bytes_max, const DigestKeys& keys, MessageSlab& slab,
                     TimerWheel& wheel, uint32_t first_key);
  static uint32_t timer_keys(uint32_t capacity) { return 2 * capacity; }

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
  /// The response stands at the front of out.space().
  void respond(lane::Handle handle, int status, size_t size, const Context& context);
  /// Nobody has answered a request other than INVITE: a response that late would only confuse the elements
  /// between (RFC 4320 4.2). If it comes again, it is absorbed.
  void leave_unanswered(lane::Handle handle, const Context& context);
  /// The request came once more.
  void repeat(lane::Handle handle, const Context& context);
  /// An ACK that matched by branch: true where it acknowledged a failure.
  bool acknowledge(lane::Handle handle, const Context& context);
  /// The 2xx once more: the transaction user has seen no ACK yet (RFC 3261 13.3.1.4).
  void resend_success(lane::Handle handle, const Context& context);
  /// The last response, copied to the front of `out`, and another one to be repeated in its place.
  std::string_view response_of(lane::Handle handle, std::span<char> out) const;
  void replace_response(lane::Handle handle, std::string_view response);
  /// The response need not be kept: the 2xx was acknowledged, or what it says is no longer so. The request,
  /// if it comes again, is absorbed.
  void settle(lane::Handle handle);

  /// Key of a deadline, relative to the first one.
  void on_deadline(uint32_t key, const Context& context);

  ServerTransaction* find(lane::Handle handle) { return pool_.find(handle); }
  const ServerTransaction* find(lane::Handle handle) const { return pool_.find(handle); }
  /// A request without a final response yet.
  bool awaits_final(lane::Handle handle) const;
  /// How many requests other than INVITE wait for their response: nobody but the transaction user ends these.
  uint32_t waiting() const;
  uint32_t in_use() const { return pool_.in_use(); }
  uint32_t capacity() const { return pool_.capacity(); }
  /// Aborts where tables, timers and transactions disagree; returns how many deadlines are armed and adds the
  /// bytes that transactions keep.
  uint32_t check_invariants(uint64_t& kept_bytes) const;

 private:
  void send_trying(lane::Handle handle, const Context& context);
  bool keep_head(ServerTransaction& transaction, const sip::Message& request, const Transport& from);
  void carry_out(lane::Handle handle, const Step& step, const Context& context);
  void release(lane::Handle handle);

  const DigestKeys& keys_;
  MessageSlab& slab_;
  TimerWheel& wheel_;
  uint32_t first_key_;
  lane::Pool<ServerTransaction> pool_;
  DigestTable by_key_, by_merged_;
  std::vector<char> scratch_;
};

}  // namespace sbc::transaction
