// Outbox: the effects of one step of the call logic, in the order in which they are to be carried out.
// Effects are returned, not called: a relay is installed before the message that advertises it leaves because
// it stands before it.
//
// Owned by one worker and used again for each step; bytes live in its arena until clear(). It allocates only
// at construction; what does not fit is refused (full()), which the engine checks before it begins a step.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "config/types/check.h"
#include "dataplane/media/digit.h"
#include "dataplane/media/relay.h"
#include "sbc/call/record.h"
#include "sbc/call/replacement.h"
#include "sbc/transaction/sender.h"
#include "sbc/transaction/transport.h"

namespace sbc::call {

struct Send {
  Transport transport;
  uint32_t offset = 0, size = 0;  // in the arena; see Outbox::bytes_of()
};
struct InstallRelay {
  media::Relay relay;  // replaces what the same two local ports had
};
struct RemoveRelay {
  media::Kind kind;
  std::array<media::MediaPort, 2> locals;
};
/// For the side that has this port, as telephone-event.
struct SendDigit {
  media::MediaPort to;
  media::Digit digit;
};
/// Digits that this realm's peer was not told of: to be counted as digit_lost.
struct LoseDigits {
  RealmId realm = RealmId::none;
  uint8_t count = 0;
};
/// A question to another thread. The call is parked until Engine::on_answer() or its deadline.
struct Ask {
  uint64_t question = 0;  // comes back with the answer
  Text<128> what;
};
/// What a host name among a trunk's peers stands for: a question to the control thread, whose answer, any,
/// comes once the rules have it. The call is parked until Engine::on_answer() or its deadline.
struct AskHost {
  uint64_t question = 0;  // comes back with the answer
  TrunkId trunk = TrunkId::none;
  uint8_t peer = 0;  // its place in config::Trunk::peers
};
/// A question to another worker. The call is parked until Engine::on_replaced() or its deadline.
struct AskWorker {
  WorkerId owner = WorkerId::none;
  uint64_t question = 0;  // comes back with the answer
  DialogQuestion what;
};
struct WriteCdr {
  CallRecord record;
};
struct WriteLog {
  LogRecord record;
};
using Effect = std::variant<Send, InstallRelay, RemoveRelay, SendDigit, LoseDigits, Ask, AskHost, AskWorker,
                            WriteCdr, WriteLog>;

class Outbox final : public transaction::Sender {
 public:
  /// What one step may need at most: it is never smaller.
  static constexpr size_t step_effects = 160;
  static constexpr size_t step_bytes = 128 * 1024;

  Outbox(size_t effects_max, size_t bytes_max);

  /// Free arena to write a message into; commit with send(). The span stays valid until the next send() or
  /// clear().
  std::span<char> space() override;
  void send(const Transport& transport, size_t size) override;
  void send(const Transport& transport, std::string_view copy_of);
  /// Made in its place: a Send is a small part of an Effect, which is as large as the largest.
  template <class T>
  void push(const T& effect) {
    SBC_CHECK(effects_.size() < effects_.capacity());
    effects_.emplace_back(std::in_place_type<T>, effect);
  }

  bool full() const;  // one more step might not fit
  std::span<const Effect> effects() const { return effects_; }
  std::string_view bytes_of(const Send& send) const { return {arena_.data() + send.offset, send.size}; }
  void clear();

 private:
  std::vector<Effect> effects_;
  std::vector<char> arena_;
  size_t used_ = 0;
};

}  // namespace sbc::call
