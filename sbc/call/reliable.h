// Reliable provisional responses (RFC 3262) on one leg: what a callee's say, what a caller wants and gets.
// Each leg is reliable by itself, whatever the other one is. Pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/sip/message.h"
#include "sbc/call/per_fork.h"

namespace sbc::call {

struct Reliable {
  enum class Wish : uint8_t { none, supported, required };

  Wish wish = Wish::none;  // a caller's
  uint32_t sent = 0;       // RSeq of our last one to a caller, for the current fork; 0 = none yet
  bool waits = false;      // for that one's PRACK
  bool sent_sdp = false;   // it had SDP: no 2xx before its PRACK
  uint16_t held = 0;       // status of what has come from the callee meanwhile; 0 = nothing
  uint64_t held_fork = 0;  // whose it is
  bool held_sdp = false;   // some of it with SDP, the last of which is the call's preview

  PerFork<uint32_t> received;  // RSeq of the last one of each of a callee's forks; 0 = none yet

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.wish, Wish::required);
    form.number(self.sent);
    form.number(self.waits);
    form.number(self.sent_sdp);
    form.number(self.held);
    form.number(self.held_sdp);
    if (self.held != 0) form.bits(self.held_fork);
    PerFork<uint32_t>::each_field(form, self.received);
  }
};

Reliable::Wish reliable_wish(const sip::Message& invite);

/// The RSeq of a provisional response that is to be acknowledged; nullopt of any other.
std::optional<uint32_t> reliable_number(const sip::Message& response);

struct RAck {
  uint32_t rseq = 0, cseq = 0;
  sip::Method method = sip::Method::unknown;
};
std::optional<RAck> parse_rack(std::string_view value);

}  // namespace sbc::call
