// TimerKeys: the layout of the keys of the engine's one timer wheel.
//
//   first                    server transactions (TransactionSizes::timer_keys)
//   then                     client transactions
//   then 9 for each call     CallTimer
//   then 3 for each leg      LegTimer
//   then one                 media ports that have rested
//   the last one             peers that are to be asked whether they are well
#pragma once

#include <cstdint>

namespace sbc::call {

enum class CallTimer : uint8_t {
  parked,       // the answer to a question is due
  attempt,      // the peer has not answered the INVITE at all
  ring,         // the callee has not answered the call
  call_max,     // the call has lasted long enough
  media_check,  // time to look whether media still flows
  audio_check,  // time to look whether each side is heard
  retell,       // the callee is to be told of the caller's answer
  hang_up,      // to be ended with all others, as soon as there is room for it
  join,         // its party is to be had from the call that it was referred in: time to try (once more)
  count_
};
enum class LegTimer : uint8_t {
  resend,   // the 2xx once more (RFC 3261 13.3.1.4)
  give_up,  // no ACK came
  session,  // to be refreshed, or over because the peer has not refreshed it (RFC 4028); to be probed without
  count_
};

struct TimerKeys {
  static constexpr uint32_t per_call = uint32_t(CallTimer::count_);
  static constexpr uint32_t per_leg = uint32_t(LegTimer::count_);

  /// The first two are numbers of keys.
  TimerKeys(uint32_t servers, uint32_t clients, uint32_t calls, uint32_t legs)
      : first_client(servers),
        first_call(first_client + clients),
        first_leg(first_call + per_call * calls),
        ports(first_leg + per_leg * legs),
        probes(ports + 1),
        count(probes + 1) {}

  uint32_t of_call(uint32_t index, CallTimer timer) const {
    return first_call + per_call * index + uint32_t(timer);
  }
  uint32_t of_leg(uint32_t index, LegTimer timer) const {
    return first_leg + per_leg * index + uint32_t(timer);
  }

  uint32_t first_client, first_call, first_leg, ports, probes, count;
};

}  // namespace sbc::call
