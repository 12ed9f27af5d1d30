// ClientTransactions: the transactions that we began (RFC 3261 17.1, RFC 6026), found by their branch.
//
// Owned by one worker; fixed size. Uses two keys of the wheel per transaction, from `first_key` on:
// retransmission, then time-out. It acknowledges failures itself, holds a CANCEL back until the peer has
// answered anything (RFC 3261 9.1), and repeats the ACK of a 2xx that comes again. A transaction without a
// leg is an orphan: nobody waits for it any more, and what it brings is only tidied up.
#pragma once

#include <optional>
#include <variant>

#include "dataplane/lane/pool.h"
#include "dataplane/sip/message.h"
#include "dataplane/time/timer_wheel.h"
#include "sbc/transaction/digest_table.h"
#include "sbc/transaction/invite_client.h"
#include "sbc/transaction/message_slab.h"
#include "sbc/transaction/non_invite_client.h"
#include "sbc/transaction/sender.h"
#include "sbc/transaction/transaction_key.h"

namespace sbc::transaction {

struct ClientTransaction {
  static constexpr size_t forks_max = 8;

  std::variant<InviteClient, NonInviteClient> machine;
  Digest key;
  Transport to;
  Kept request;
  Kept ack;  // INVITE: of the failure, or of the 2xx with `acknowledged`
  Transport ack_to;
  uint64_t acknowledged = 0;                   // hash of that 2xx's To tag; 0 = none
  std::array<uint64_t, forks_max> declined{};  // hashes of To tags whose 2xx was sent away with a BYE
  bool cancel_wanted = false;
  bool cancel_sent = false;
  uint32_t last_cseq = 0;  // of what was sent in its dialogs: a BYE for a late 2xx comes after that
  lane::Handle leg;

  bool is_invite() const { return std::holds_alternative<InviteClient>(machine); }
};

class ClientTransactions {
 public:
  ClientTransactions(uint32_t capacity, uint32_t message_bytes_max, const DigestKeys& keys, MessageSlab& slab,
                     TimerWheel& wheel, uint32_t first_key);
  static uint32_t timer_keys(uint32_t capacity) { return 2 * capacity; }

  /// The request stands at the front of out.space(). Without room for the transaction it is not sent, but for
  /// BYE and CANCEL, which leave once, and nobody waits for their response. No handle in both cases.
  lane::Handle begin(const RequestId& id, const Transport& to, size_t size, lane::Handle leg,
                     const Context& context);

  struct Response {
    Reason reason = Reason::none;  // why it was dropped
    lane::Handle transaction;      // set where the transaction user is to hear of it
  };
  /// It must come from the realm and the address that the request went to, and repeat the request's one Via,
  /// Call-ID and CSeq (RFC 3261 8.1.3.3, 8.2.6.2).
  Response on_response(const sip::Message& response, const Transport& from, const Context& context);

  /// The ACK of a 2xx: kept and sent, and sent again whenever that 2xx comes again.
  void acknowledge(lane::Handle handle, std::string_view to_tag, const Transport& to, size_t size,
                   const Context& context);
  /// Other requests were sent in the dialogs that the INVITE has begun, up to this CSeq.
  void note_cseq(lane::Handle handle, uint32_t cseq);
  /// True the first time a 2xx of this To tag is sent away; false later, and when there are too many.
  bool decline(lane::Handle handle, std::string_view to_tag);
  /// Cancels an INVITE as soon as the peer has answered anything; does nothing about another request.
  void cancel(lane::Handle handle, const Context& context);
  /// The leg is gone. An INVITE is cancelled where there is something to cancel, and goes on as an orphan.
  /// One that nothing was heard of is still repeated, because only a response to it lets us cancel it (RFC
  /// 3261 9.1); but without its body, since the media ports in there are no longer this call's. Any other
  /// request is forgotten: whatever its dialog was, it is over.
  void abandon(lane::Handle handle, const Context& context);

  struct TimedOut {
    lane::Handle transaction, leg;
  };
  /// Key of a deadline, relative to the first one. The transaction is gone when it timed out.
  std::optional<TimedOut> on_deadline(uint32_t key, const Context& context);
  /// An INVITE between these two endpoints that nothing was heard of yet is over (RFC 3261 18.4). Call until
  /// there is none.
  /// It walks all transactions: whoever reports unreachable peers does so at a bounded rate.
  std::optional<TimedOut> take_unreachable(const Transport& to);

  const ClientTransaction* find(lane::Handle handle) const { return pool_.find(handle); }
  /// A request without a final response yet.
  bool awaits_final(lane::Handle handle) const;
  uint32_t in_use() const { return pool_.in_use(); }
  uint32_t capacity() const { return pool_.capacity(); }
  uint32_t check_invariants(uint64_t& kept_bytes) const;

 private:
  void carry_out(lane::Handle handle, const Step& step, const Context& context);
  void acknowledge_failure(ClientTransaction& transaction, const sip::Message& response,
                           const Context& context);
  void strip_body(ClientTransaction& transaction);
  void send_cancel(lane::Handle handle, const Context& context);
  void resend(const Kept& kept, const Transport& to, const Context& context);
  /// The request that the transaction sent, parsed again into the scratch message; false when it was not
  /// kept.
  bool read_request(const ClientTransaction& transaction);
  uint64_t tag_hash(std::string_view tag) const;
  void release(lane::Handle handle);

  const DigestKeys& keys_;
  MessageSlab& slab_;
  TimerWheel& wheel_;
  uint32_t first_key_;
  lane::Pool<ClientTransaction> pool_;
  DigestTable by_key_;
  std::vector<char> scratch_bytes_, bare_bytes_;
  sip::Message scratch_;
};

}  // namespace sbc::transaction
