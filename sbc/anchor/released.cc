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

/// Of these suites the keys of a side's released media cross, as they are: they are the other peer's affair.
/// Both realms have the same rule, or media is not released.
std::span<const SrtpSuite> Anchor::crossing_keys(unsigned from, const Context& context) const {
  const config::MediaRange& media = context.model.realms[index_of(sides_[from].realm)].media;
  const bool none = media.srtp == config::SrtpRule::forbidden || media.srtp == config::SrtpRule::pass;
  if (!released_ || none) return {};
  return media.srtp_suites;
}

Reason Anchor::offer_released(unsigned from, const Session& session, std::span<char> out, size_t& size,
                              const Context& context) {
  uint16_t wanted = 0;
  bool any_wanted = false;
  Sections sections{};
  for (size_t i = 0; i < session.media().size(); ++i) {
    const Judgement judgement = judge_section(session, i, from, Role::offer, context);
    const Fate fate = judgement.fate;
    any_wanted |= fate != Fate::rejected;
    if (fate != Fate::anchored) continue;
    wanted |= uint16_t(1u << i);
    sections[i].port = session.media()[i].port;
    sections[i].seal = judgement.terms.seal;
  }
  if (any_wanted && !wanted) return Reason::sdp_unacceptable;
  Reason reason = describe(1 - from, session, sections, out, size, context);
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
  Sections sections{};
  for (size_t i = 0; i < proposed_; ++i) {
    // The peers have no one between them: what an answer may speak is what an offer may.
    const Judgement judgement = judge_section(session, i, 1u - offerer_, Role::offer, context);
    const Fate fate = judgement.fate;
    if (!(wanted_ >> i & 1) || fate == Fate::rejected) continue;
    if (fate != Fate::anchored) return Reason::sdp_unacceptable;
    sections[i].port = session.media()[i].port;
    sections[i].seal = judgement.terms.seal;
  }
  Reason reason = describe(offerer_, session, sections, out, size, context);
  if (reason != Reason::none) return reason;
  previewed_ = true;
  if (!preview) settle(context);
  return Reason::none;
}

}  // namespace sbc::anchor
