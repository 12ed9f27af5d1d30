// Session timers (RFC 4028): what a leg and its peer agree on about how long their session lasts unless one
// of them refreshes it. Each leg has its own. Pure functions.
//
// We leave that part to the peer wherever we can.
#pragma once

#include <cstdint>
#include <optional>

#include "config/types/rate.h"
#include "config/types/result.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"

namespace sbc::call {

enum class Refresher : uint8_t { none, us, peer };

struct SessionTimer {
  /// The shortest that RFC 4028 section 4 allows; a peer that wants less is told so with a 422.
  static constexpr uint32_t seconds_min = 90;
  static constexpr uint32_t seconds_max = 24 * 3600;

  uint32_t seconds = 0;
  Refresher refresher = Refresher::none;  // none: the session lasts until somebody ends it
  uint32_t least = seconds_min;           // the largest Min-SE that we have met (RFC 4028 7.4)
  bool known = false;                     // the peer has said in its request that it knows timers

  /// From the last refresh on: until we refresh it, or take the peer for dead (RFC 4028 10).
  Duration due_after() const;

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.seconds);
    form.number(self.refresher, Refresher::peer);
    form.number(self.least);
    form.number(self.known);
  }
};

/// What we offer with an INVITE that begins a session; none where `seconds` is 0. `least`: 0, or the Min-SE
/// of a 422.
SessionTimer session_to_offer(uint32_t seconds, uint32_t least);
/// What we agree to as who answers this INVITE or UPDATE; none where only we could refresh the session, and
/// cannot. `seconds`: as long as we want it, 0 = no timer. `least`: what the dialog has taught us of that, or
/// 0. session_too_short where the peer wants less than it may.
Result<SessionTimer> session_as_server(const sip::Message& request, bool can_refresh, uint32_t seconds,
                                       uint32_t least);
/// What this 2xx to our INVITE or UPDATE has agreed to; none where we have offered none. Where the peer does
/// not say that it refreshes the session, we do.
SessionTimer session_as_client(const sip::Message& success, const SessionTimer& offered);
/// The Min-SE of a 422 to our request.
std::optional<uint32_t> min_session(const sip::Message& refusal);

/// Asks for as much as the peer's 422 does, from now on; false where it asks for nothing new.
bool lengthen_session(SessionTimer& timer, const sip::Message& refusal);

void write_session_request(sip::Writer& out, const SessionTimer& timer);
void write_session_response(sip::Writer& out, const SessionTimer& timer);

}  // namespace sbc::call
