// Health: whether a peer may take calls, as it answers OPTIONS, and a trunk, as its calls are answered.
//
// Pure machines: a state and an event give the next state. Each state is one word, which all workers share
// (see Shared); time is an argument.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "config/model/model.h"
#include "dataplane/time/instant.h"

namespace sbc::policy {

/// Monotonic time in a word's half: tenths of a second, which come round after thirteen years.
using Ticks = uint32_t;
Ticks ticks_of(Instant now);

/// One peer. up: it takes all calls. down: none. returning: it answers again, and takes a share that rises.
struct PeerHealth {
  enum class Phase : uint8_t { up, down, returning };
  Phase phase = Phase::up;
  uint8_t failures = 0;  // OPTIONS without an answer that counts, in a row
  uint16_t tag = 0;      // of its endpoint: what a reload puts in its place begins anew
  Ticks since = 0;       // the phase's beginning

  friend bool operator==(const PeerHealth&, const PeerHealth&) = default;
};

uint16_t health_tag(const Endpoint& peer);
/// An answer to OPTIONS counts where it does not blame the peer: 401 and 404 are as good as 200.
bool counts_as_answer(int status);
PeerHealth after_answer(PeerHealth state, const config::Health& rule, Instant now);
PeerHealth after_silence(PeerHealth state, const config::Health& rule, Instant now);
/// Of its calls, what the peer takes now: 0..1000.
unsigned share_of(PeerHealth state, const config::Health& rule, Instant now);

/// One trunk's answer-seizure ratio (ITU-T E.411), over `asr_calls` calls after each other.
struct AnswerRatio {
  uint64_t calls : 14 = 0, answered : 14 = 0;
  uint64_t suspended_until : 24 = 0;  // in seconds, which come round after half a year; 0 = not suspended
  uint64_t tag : 12 = 0;              // of trunk and rule: what a reload puts in their place begins anew

  friend bool operator==(const AnswerRatio&, const AnswerRatio&) = default;
};

/// What the word says of this trunk: of another one, or under another rule, nothing.
AnswerRatio answers_of(AnswerRatio word, const config::Trunk& trunk);
AnswerRatio after_call(AnswerRatio state, const config::Health& rule, bool answered, Instant now);
bool is_suspended(AnswerRatio state, Instant now);

/// A state that all workers read and change.
template <class State>
class Shared {
 public:
  State value() const { return word_.load(std::memory_order_relaxed); }
  struct Changed {
    State before, after;
  };
  /// `next(state)` gives the next state.
  template <class Next>
  Changed change(Next&& next) {
    State before = value();
    for (;;) {
      State after = next(before);
      if (word_.compare_exchange_weak(before, after, std::memory_order_relaxed)) return {before, after};
    }
  }

 private:
  static_assert(sizeof(State) == 8 && std::atomic<State>::is_always_lock_free);
  std::atomic<State> word_{State{}};
};

/// Of the trunk's peers, by their slots.
struct TrunkHealth {
  std::array<Shared<PeerHealth>, config::trunk_peers_max> peers;
  Shared<AnswerRatio> answers;
};

/// What the word in its place says of this peer: of a new one nothing, where it is another's.
PeerHealth health_of(PeerHealth word, const Endpoint& peer);

}  // namespace sbc::policy
