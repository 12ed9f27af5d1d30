// Engine: the back-to-back user agent of one worker: transactions, dialogs, calls, anchors. Pure: no socket,
// no clock, no DPDK, no randomness of its own. step in: a message, an answer, an instant. Step out: effects.
//
// Owned by one worker. All memory is taken at construction (EngineSizes). Same inputs, same outputs, to the
// byte.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "dataplane/bytes/random.h"
#include "dataplane/lane/steering.h"
#include "dataplane/sip/message.h"
#include "policy/compiled/compiled.h"
#include "sbc/call/outbox.h"
#include "sbc/call/record.h"
#include "sbc/transaction/undelivered.h"

namespace sbc::call {

struct EngineSizes {
  uint32_t calls = 0;
  uint32_t server_transactions = 0;
  uint32_t client_transactions = 0;
  uint32_t open_transactions = 0;  // of each kind: not yet answered, or with messages that may be sent again
  uint32_t srtp_sides = 0;         // of streams, that speak SRTP
  uint32_t message_bytes_max = 8192;  // of a message kept for retransmission
  /// How long a transaction may stay after its end: 64 * T1, and timer D 32 s at least (RFC 3261 17).
  std::chrono::seconds lingering{32};

  /// For how many new calls a second the transactions last, since each leaves some behind.
  uint32_t calls_a_second() const;
  /// Of all transactions and the messages that they and the calls keep.
  uint64_t transaction_bytes() const;
};
EngineSizes sizes_for(const config::Model& model);

/// What is in use; all zero once every call has ended and every transaction has lingered out.
struct EngineUsage {
  uint32_t calls = 0, legs = 0, dialogs = 0;
  uint32_t server_transactions = 0, client_transactions = 0;
  uint32_t timers = 0, relays = 0, leased_ports = 0, resting_ports = 0, srtp_sides = 0;
  uint64_t message_bytes = 0;  // kept for retransmission
};

/// The surroundings of one step, lent for its length.
struct Surroundings {
  Instant now;
  const policy::Compiled& policy;
  policy::Usage& usage;  // shared by all workers
  const media::StatsReader& media;
  Outbox& out;
  policy::HeaderRules::Marks* rules_acted = nullptr;  // learns which header rules did something
  UtcTime utc{};                                      // only for rules that hold at certain hours
};

class Decider;

class Engine {
 public:
  /// `decider` answers where calls go, and must outlive the engine; null = the compiled routes alone.
  Engine(WorkerId self, const Steering& steering, Random random, const config::Model& model,
         const EngineSizes& sizes, Instant now, const Decider* decider = nullptr);
  ~Engine();

  /// A well-formed message (Message::parse() gave Reason::none) that this worker owns by its Call-ID. The
  /// result is why it was dropped or rejected (the rejection is in the outbox); none where it was taken. Of a
  /// source that is denied, only what belongs to a call with it is taken (policy::Verdict::in_calls).
  Reason on_message(const Surroundings&, const Transport&, const sip::Message&, config::Trust);
  /// A datagram of ours can't reach its peer (ICMP, no neighbour).
  void on_undelivered(const Surroundings&, const Undelivered&);
  /// An answer to an Ask; stale ones are ignored. `value` is the question's own business.
  void on_answer(const Surroundings&, uint64_t question, uint64_t value);
  /// What another worker's AskWorker is about, and its answer for the call that is parked for it.
  Replacement find_replaced(const policy::Compiled& policy, const DialogQuestion& question) const;
  void on_replaced(const Surroundings&, uint64_t question, const Replacement& answer);
  /// A side's media has told of a digit: `token` is its relay's, whose side tells_digits. digit_lost where
  /// the other side is not told of it: the call is not answered, or too many wait.
  Reason on_digit(const Surroundings&, uint64_t token, const media::Digit& digit);
  /// Fires what is due. Call when next_deadline() has passed.
  void on_time(const Surroundings&);
  Instant next_deadline() const;
  /// Call at the beginning, and when the policy has changed: the peers that it wants asked are, by OPTIONS.
  /// One engine, worker 0's, asks for all.
  void watch_peers(const Surroundings&);

  /// Refuse new calls from now on (503).
  void drain();
  /// Ends a call with BYE or CANCEL as its state asks; false when there is none.
  bool hang_up(const Surroundings&, uint64_t call_id);
  void hang_up_all(const Surroundings&);

  /// A call in whatever state it is, as bytes, from which load_call() makes the same one, in this process or
  /// another that knows the same secret, on the worker that owns its Call-IDs: its legs, its anchor, its
  /// deadlines, and its transactions that may still send or are waited for. Of a call that is over, what is
  /// left to do for it: a BYE or a refusal without its answer, an INVITE that is being cancelled. Nothing in
  /// there is this process's: realms, trunks and media addresses go by name, times by how far away they are.
  /// 0 where there is no such call, or it does not fit.
  ///
  /// Transactions that have ended are their worker's and stay there, but for each leg's last INVITE of ours:
  /// a 2xx to it that comes again, or from another fork, still finds it. A request that comes again on
  /// another worker after its final response is taken for a new one; its dialog's end makes that a 481.
  size_t save_call(const Surroundings&, uint64_t call_id, std::span<uint8_t> out) const;
  /// Its relays are among the effects. state_bad where these are no call's bytes, or what it needs is not
  /// here; pool_empty without room; nothing has changed then.
  Reason load_call(const Surroundings&, std::span<const uint8_t> bytes);
  /// It lives elsewhere now: nobody is told, and its ports are free at once. False where there is none.
  bool forget_call(const Surroundings&, uint64_t call_id);
  /// The ids of all that save_call() would save; one may come more than once.
  void visit_ids(const std::function<bool(uint64_t)>& visit) const;

  EngineUsage usage() const;
  uint32_t live_calls() const;
  void visit_calls(const media::StatsReader& media,
                   const std::function<bool(const CallRecord&)>& visit) const;
  bool find_call(const media::StatsReader& media, uint64_t call_id, CallRecord& record) const;

  /// Every broken invariant aborts: no relay without a call, no leased port without a relay, no timer for a
  /// dead object, counts that agree. For tests and the simulation; walks everything.
  void check_invariants() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A stateless rejection of a request (RFC 3261 8.2.7): written from what could be read of it. Deterministic:
/// the To tag derives from the message. Returns the size, 0 when it cannot be answered.
size_t write_stateless_response(std::span<char> out, const sip::Message& request, const Transport& transport,
                                int status, std::string_view phrase, Duration retry_after);
/// No such rejection is longer, with a phrase of the RFCs, of a request that was read without a fault; but
/// for a 420, which lists what the request requires.
size_t stateless_response_bound(const sip::Message& request);

}  // namespace sbc::call
