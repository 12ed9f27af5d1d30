// BurstTransformer: srtp::Transformer over DPDK's cryptodev, whose drivers work on several packets at once.
//
// A burst is worked off in rounds: indices are looked up and IVs written, all is given to the drivers and
// taken back, windows and sizes are set. A packet waits for the next round where what becomes of one before
// it decides about its own index: then a stream has begun, or made a leap. The first packet of a stream under
// a key that is not authentic is tried once more, at another index; one a round.
//
// Owned by one worker, on whose queue pairs it works. Everything is allocated at start.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "dataplane/bytes/huge_vector.h"
#include "dataplane/cipher/context.h"
#include "dataplane/cipher/operation.h"
#include "dataplane/cipher/sessions.h"
#include "dataplane/lane/free_slots.h"
#include "dataplane/srtp/session_keys.h"
#include "dataplane/srtp/transformer.h"

namespace sbc::cipher {

class BurstTransformer final : public srtp::Transformer {
 public:
  /// RTP, RTCP, and RTP with a longer header.
  static constexpr uint32_t sessions_per_context = 3;

  BurstTransformer(const CipherDevice& counter_mode, const CipherDevice& gcm, uint16_t queue,
                   uint32_t contexts_max, std::unique_ptr<Sessions> sessions);
  ~BurstTransformer() override;
  BurstTransformer(const BurstTransformer&) = delete;
  BurstTransformer& operator=(const BurstTransformer&) = delete;

  srtp::ContextId open(srtp::Way way, srtp::Part part, const srtp::MasterKey& key) override;
  void rekey(srtp::ContextId context, const srtp::MasterKey& key) override;
  void close(srtp::ContextId context) override;
  bool is_of(srtp::ContextId context, const srtp::MasterKey& key) const override;
  void run(std::span<srtp::Work> burst) override;

  /// Of all memory, sessions' included.
  uint32_t bytes_per_context() const {
    return uint32_t(sizeof(Context)) + sessions_per_context * sessions_->bytes_each();
  }

 private:
  static constexpr size_t round_max = 64;
  enum class Prepared : uint8_t { ready, refused, later };

  /// A packet between being looked at and being finished.
  struct Pending {
    bool ready = false;
    uint32_t ssrc = 0;
    uint64_t index = 0;
    uint16_t size = 0;  // that it will have
  };
  /// The round's packet that has a second try, as it came.
  struct Beginner {
    size_t place = none;
    uint64_t index = 0;  // of the second try
    srtp::PacketParts parts;
    std::array<uint8_t, 2048> bytes;  // what is longer has no second try

    static constexpr size_t none = ~size_t(0);
  };
  /// A driver's queue pair, and the round's operations for it.
  struct Queue {
    uint8_t device = 0;
    uint16_t queue = 0;
    unsigned count = 0;
    std::array<rte_crypto_op*, round_max> operations{};

    void exchange();
  };

  void open_channel(Channel& channel, srtp::Way way, bool rtcp, const srtp::MasterKey& key);
  bool session_ready(Context& context, const Channel& channel, size_t header);

  size_t run_round(std::span<srtp::Work> works);
  void prefetch(std::span<const srtp::Work> works) const;
  Prepared prepare(srtp::Work& work, Operation& operation, Pending& pending);
  static Prepared refuse(srtp::Work& work, Reason reason);
  static Prepared index_to_protect(srtp::Work& work, Context& context, Pending& pending);
  Prepared index_to_unprotect(srtp::Work& work, Channel& channel, const srtp::PacketParts& parts,
                              Pending& pending);
  bool keep_beginner(const srtp::Work& work, const srtp::PacketParts& parts, const Pending& pending);
  void retry_beginner(std::span<srtp::Work> works);
  void enqueue(const srtp::Work& work, const Context& context, const srtp::PacketParts& parts,
               Operation& operation, Pending& pending);
  static void fill(const srtp::Work& work, const Context& context, const srtp::PacketParts& parts,
                   Operation& operation, Pending& pending);
  void finish(srtp::Work& work, const Operation& operation, const Pending& pending);

  std::unique_ptr<Sessions> sessions_;
  srtp::KeyDerivation derivation_;
  lane::FreeSlots free_;
  HugeVector<Context> contexts_;
  uint64_t round_ = 0;
  std::array<Queue, 2> queues_;  // of AES-CM, of GCM
  std::array<Pending, round_max> pending_{};
  std::array<Operation, round_max> operations_;
  Beginner beginner_;
};

}  // namespace sbc::cipher
