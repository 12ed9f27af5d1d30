// Stream: one media section of an anchored session while it is open: its ports and keys on both sides, what
// was agreed about it, and what an outstanding offer proposes. Plain values in a pool; the anchor is what
// acts on them.
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/lane/pool.h"
#include "sbc/anchor/passed.h"
#include "sbc/anchor/terms.h"

namespace sbc::anchor {

struct Stream {
  bool fresh = false;                   // opened by the outstanding offer
  bool offered = false;                 // wanted by the outstanding offer
  media::Kind kind = media::Kind::rtp;  // what is relayed
  std::array<uint16_t, 2> ports{};
  std::array<Terms, 2> agreed;
  Terms proposal;                            // the outstanding offer's
  Protection offered_as = Protection::none;  // how the other side is offered it
  bool passes = false;                       // what is offered crosses with its keys, if it has any
  PassedKeys passed;                         // which are these
  std::array<lane::Handle, 2> seeds;         // of the sides that speak SRTP, or are offered to
  std::array<media::IceCredentials, 2> ice;  // ours, of the sides that speak ICE, or are offered to
  media::IceCredentials restarted;           // what the offerer is answered, where that differs
  uint64_t installed = 0;                    // fingerprint of the relay that the media plane has; 0 = none
  bool moved = false;                        // from elsewhere; nothing has been agreed on since
  bool controlled = false;                   // that has one of RTCP beside it

  /// Of the outstanding offer: it may put another kind of media in the section's place (RFC 3264 8.3.3),
  /// which it is once that is agreed on.
  media::Kind wanted_kind() const { return proposal.is_rtp() ? media::Kind::rtp : media::Kind::opaque; }
  /// What was agreed on with the side, as far as the outstanding offer goes on with it: of another kind of
  /// media nothing.
  const Terms& standing(unsigned side) const {
    static const Terms nothing;
    return !offered || agreed[side].is_rtp() == proposal.is_rtp() ? agreed[side] : nothing;
  }

  /// But for what the media plane has here, and `seeds`.
  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.fresh);
    form.number(self.offered);
    form.number(self.kind, media::Kind::opaque);
    for (auto& port : self.ports) form.number(port);
    for (auto& terms : self.agreed) Terms::each_field(form, terms);
    for (unsigned side = 0; side < 2; ++side)
      if (self.agreed[side].ice != 0 || self.offered) each_credential(form, self.ice[side]);
    if (!self.offered) return;
    Terms::each_field(form, self.proposal);
    form.number(self.offered_as, Protection::required);
    form.number(self.passes);
    if (self.passes) PassedKeys::each_field(form, self.passed);
    each_credential(form, self.restarted);
  }

 private:
  template <class Form, class Credentials>
  static void each_credential(Form& form, Credentials& credentials) {
    for (auto& letter : credentials.fragment) form.number(letter);
    for (auto& letter : credentials.password) form.number(letter);
  }
};

/// Of one worker. A stream leases a pair of ports on each side, so half as many as there are pairs suffice.
using StreamPool = lane::Pool<Stream>;

}  // namespace sbc::anchor
