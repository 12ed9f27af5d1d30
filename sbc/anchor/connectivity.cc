#include "sbc/anchor/anchor.h"

// How a side finds the way to a stream's ports: by our SDP alone, or by the connectivity checks of ICE (RFC
// 8445, RFC 8839), which we answer as a lite agent; and whether RTCP comes to a port of its own (RFC 5761).
// Each side is an affair of its own leg.

namespace sbc::anchor {
namespace {

media::IceCredentials drawn(Random& random) {
  media::IceCredentials ours;
  random.token(ours.fragment.data(), ours.fragment.size());
  random.token(ours.password.data(), ours.password.size());
  return ours;
}

}  // namespace

/// Before the side is offered the stream. What is agreed on stays as it is: a peer that speaks no ICE is not
/// asked again.
void Anchor::offer_ice(Stream& stream, unsigned side, const Context& context) const {
  const Terms& agreed = stream.standing(side);
  const config::MediaRange& range = context.model.realms[index_of(sides_[side].realm)].media;
  if (!stream.proposal.is_rtp() || agreed.known || range.ice == config::IceRule::none) return;
  if (stream.ice[side].is_none()) stream.ice[side] = drawn(context.random);
}

/// Who begins ICE, or restarts it, is answered with credentials of its own (RFC 8445 9, RFC 8839 4.4.1.1);
/// the old ones hold until then.
void Anchor::propose_ice(Stream& stream, unsigned from, const Context& context) const {
  offer_ice(stream, 1 - from, context);
  const uint32_t theirs = stream.proposal.ice;
  stream.restarted = {};
  if (theirs != 0 && theirs != stream.standing(from).ice) stream.restarted = drawn(context.random);
}

/// While no offer is outstanding.
void Anchor::forget_spare_ice(Stream& stream) {
  stream.restarted = {};
  for (unsigned side = 0; side < 2; ++side)
    if (stream.agreed[side].ice == 0) stream.ice[side] = {};
}

void Anchor::connect_offer(OurSection& ours, const Stream& stream, unsigned side,
                           const Context& context) const {
  const Terms& agreed = stream.standing(side);
  const config::MediaRange& range = context.model.realms[index_of(sides_[side].realm)].media;
  ours.muxed = agreed.known ? agreed.muxed : range.rtcp_mux == config::MuxRule::offer;
  ours.rtcp_candidate = !agreed.muxed;
  const bool speaks_ice = !agreed.known || agreed.ice != 0;
  if (speaks_ice && !stream.ice[side].is_none()) ours.ice = &stream.ice[side];
}

void Anchor::connect_answer(OurSection& ours, const Stream& stream) const {
  ours.muxed = stream.proposal.muxed;
  ours.rtcp_candidate = !ours.muxed;
  if (stream.proposal.ice != 0)
    ours.ice = stream.restarted.is_none() ? &stream.ice[offerer_] : &stream.restarted;
}

/// What the side's checks have to name: what it has been told.
media::IceCredentials Anchor::ice_of(const Stream& stream, unsigned side) const {
  const Terms& agreed = stream.agreed[side];
  return !agreed.known || agreed.ice != 0 ? stream.ice[side] : media::IceCredentials{};
}

}  // namespace sbc::anchor
