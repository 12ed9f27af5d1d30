// Step: what a transaction machine asks for after one event. A value: the machines touch nothing themselves.
#pragma once

#include "config/types/rate.h"

namespace sbc::transaction {

/// What becomes of one of a transaction's two deadlines.
struct DeadlineChange {
  enum class What : uint8_t { keep, stop, start };
  What what = What::keep;
  Duration after{0};

  static constexpr DeadlineChange stop() { return {What::stop, {}}; }
  static constexpr DeadlineChange start(Duration after) { return {What::start, after}; }
};

struct Step {
  bool send = false;          // the message that came with the event leaves, and is kept
  bool resend = false;        // the message kept last leaves once more
  bool pass = false;          // the transaction user hears of the event
  bool acknowledge = false;   // a failure response to INVITE is acknowledged (RFC 3261 17.1.1.3)
  bool timed_out = false;     // the transaction user hears that the peer did not answer
  DeadlineChange retransmit;  // timers A, E, G
  DeadlineChange timeout;     // timers B, D, F, H, I, J, K, L, M
};

}  // namespace sbc::transaction
