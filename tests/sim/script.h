// Script: what a user agent is going to do, as data. Scenarios write it, the chaos throws dice for it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "config/types/rate.h"
#include "tests/sim/dice.h"

namespace sbc::sim {

using namespace std::chrono_literals;

/// A new offer inside the dialog.
struct Reoffer {
  Duration after{};                    // since the dialog was confirmed
  std::string direction = "sendrecv";  // sendonly and inactive hold, sendrecv resumes
  bool carries_offer = true;           // false: INVITE without SDP, the offer comes in the 200
  bool by_update = false;              // UPDATE in the place of INVITE; with an offer always
  bool no_address = false;             // holds by c=0.0.0.0 (RFC 2543 B.5), whatever the direction
  bool moves = false;                  // its media, to another port
  std::string adds{}, removes{};       // streams: "video", "image", "audio"
};

/// Any other request inside the dialog.
struct Errand {
  Duration after{};
  std::string method{};
  bool stale = false;  // with the CSeq of the request before the last, as if it had been overtaken
  std::string more{};  // header lines
  std::string body{};
};

/// A key that is pressed, by INFO.
inline Errand digit(Duration after, bool stale = false) {
  return {after, "INFO", stale, "Content-Type: application/dtmf-relay\r\n", "Signal=5\r\nDuration=160\r\n"};
}

/// A REFER (RFC 3515): the other end is asked to call this number.
struct Transfer {
  Duration after{};
  std::string number{};
  bool attended = false;  // in the place of another call of this host (RFC 5589 7)
};

/// What either end does once the dialog is confirmed.
struct Conduct {
  std::optional<Duration> hang_up_after{};  // since confirmed; none = waits for the other end
  std::optional<Duration> crash_after{};    // since the INVITE was sent or received
  std::vector<Reoffer> reoffers{};
  std::vector<Errand> errands{};
  std::vector<Transfer> transfers{};
  bool takes_refer = true;
  Duration answers_reoffers_after{};
  bool refuses_reoffers = false;          // 488
  bool takes_update = false;              // says so in Allow
  std::optional<Duration> early_offer{};  // UPDATE with SDP, since the answer was acknowledged in a PRACK
  bool knows_timers = false;              // asks for 90 s (RFC 4028), and does not refresh
  bool leaves_refresh = false;            // to the border, as a callee always does
  bool talks = true;                      // sends RTP
  std::string shows{};              // a stream that its first SDP has besides the audio: "video", "image"
  std::string takes{};              // kinds of streams besides audio that it accepts
  std::string formats = "8 0 101";  // of its SDP
  std::string later_formats{};      // of its answers to new offers; empty: the same
  bool srtp = false;                // takes it where it is offered, and offers it (RFC 8643),
  bool needs_srtp = false;          // and nothing else
  bool rekeys = false;              // has another key in each offer and answer
  bool chatty = false;              // puts its addresses into every header and SDP line it can think of
};

struct CallerScript {
  std::string number{};
  std::string from = "49301000";
  bool offers = true;  // false: delayed offer (RFC 3261 13.2.1)
  bool breaks_sdp = false;
  std::optional<Duration> cancel_after{};
  bool impatient = false;  // sends CANCEL before any provisional response, against RFC 3261 9.1
  bool acks = true;
  Duration ack_after{};
  bool knows_reliable = false, requires_reliable = false;  // provisional responses (RFC 3262)
  bool pracks = true;
  std::string target{}, replaces{};             // of a call that a REFER has asked for
  std::string more{};                           // header lines of the INVITE
  unsigned hops = 70;                           // its Max-Forwards
  std::optional<Duration> comes_again_after{};  // by another path (RFC 3261 8.2.2.2)
  Conduct conduct{.hang_up_after = Duration(10s)};
};

struct Provisional {
  Duration after{};
  int status = 180;
  bool sdp = false;
  std::string more{};  // header lines
};

struct CalleeScript {
  std::vector<Provisional> provisionals{{50ms, 180, false}};
  int status = 200;  // the final response; 0 = none ever
  Duration answer_after = 2s;
  bool answers_despite_cancel = false;   // the 200 and the CANCEL cross
  std::optional<Duration> fork_after{};  // a second branch answers 200 this long after the INVITE
  bool silent = false;                   // takes no notice of anything
  bool reliable = false;                 // its provisional responses are, where the INVITE allows it
  std::string more{};                    // header lines of the final response
  Conduct conduct{};
};

/// Where callees send their callers (302).
inline const std::string redirected_number = "2700";

/// Anything that user agents do, well-mannered or not.
CallerScript throw_caller(Dice& dice, std::string number);
CalleeScript throw_callee(Dice& dice);

}  // namespace sbc::sim
