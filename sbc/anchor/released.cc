#include <algorithm>

#include "sbc/anchor/anchor.h"

// Media that goes directly between the two peers (config::ReleasedPair): each side's SDP names the other's
// address and ports, and nothing is leased or relayed here.

namespace sbc::anchor {

void Anchor::release_media(bool released, const Context& context) {
  if (released) close(context);
  released_ = released;
}

/// What stands for us in SDP: where media is anchored; else where we are signalled to, which is what o=
/// names.
IpAddress Anchor::own_address(unsigned side, const Context& context) const {
  const Side& at = sides_[side];
  if (!released_) return context.ports.address_of(at.realm, at.address);
  const auto& listeners = context.model.realms[index_of(at.realm)].listeners;
  auto own = std::find_if(listeners.begin(), listeners.end(),
                          [&](const Endpoint& listener) { return listener.address.family() == at.family; });
  SBC_CHECK(!listeners.empty());
  return (own == listeners.end() ? listeners.begin() : own)->address;
}

Reason Anchor::offer_released(unsigned from, const Session& session, std::span<char> out, size_t& size,
                              const Context& context) {
  uint16_t wanted = 0;
  bool any_wanted = false;
  Ports ports{};
  for (size_t i = 0; i < session.media().size(); ++i) {
    const Fate fate = judge_section(session, i, from, context).fate;
    any_wanted |= fate != Fate::rejected;
    if (fate != Fate::anchored) continue;
    wanted |= uint16_t(1u << i);
    ports[i] = session.media()[i].port;
  }
  if (any_wanted && !wanted) return Reason::sdp_unacceptable;
  Reason reason = describe(1 - from, session, ports, out, size, context);
  if (reason != Reason::none) return reason;
  offering_ = true;
  previewed_ = false;
  offerer_ = uint8_t(from);
  proposed_ = uint8_t(session.media().size());
  wanted_ = wanted;
  return Reason::none;
}

Reason Anchor::answer_released(const Session& session, bool preview, std::span<char> out, size_t& size,
                               const Context& context) {
  if (session.media().size() != proposed_) return Reason::sdp_unacceptable;
  Ports ports{};
  for (size_t i = 0; i < proposed_; ++i) {
    const Fate fate = judge_section(session, i, 1u - offerer_, context).fate;
    if (!(wanted_ >> i & 1) || fate == Fate::rejected) continue;
    if (fate != Fate::anchored) return Reason::sdp_unacceptable;
    ports[i] = session.media()[i].port;
  }
  Reason reason = describe(offerer_, session, ports, out, size, context);
  if (reason != Reason::none) return reason;
  previewed_ = true;
  if (!preview) settle(context);
  return Reason::none;
}

}  // namespace sbc::anchor
