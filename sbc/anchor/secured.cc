#include "sbc/anchor/anchor.h"

// Which side of a stream speaks SRTP, and with which keys (SDES: RFC 4568; RFC 8643). Each side is an affair
// of its own leg. A side has a seed of our keys from when the peer is offered any, or offers its own, until
// plain RTP is agreed on or the peer is another one.

namespace sbc::anchor {

/// What is agreed on stays as it is, whatever a reload has for the realm: a peer that has left it at plain
/// RTP is not asked again.
Protection Anchor::protection_toward(unsigned side, const Stream& stream, const Context& context) const {
  const Terms& agreed = stream.standing(side);
  if (stream.passes) return Protection::none;
  if (agreed.is_secured()) return is_secure(agreed.profile) ? Protection::required : Protection::wanted;
  if (!stream.proposal.is_rtp() || agreed.known) return Protection::none;
  switch (context.model.realms[index_of(sides_[side].realm)].media.srtp) {
    case config::SrtpRule::forbidden:
      break;
    case config::SrtpRule::optional:
    case config::SrtpRule::pass:
      return Protection::wanted;
    case config::SrtpRule::required:
      return Protection::required;
  }
  return Protection::none;
}

/// Notes how the other side is asked, and takes the seeds for that and for what is proposed. False where
/// there are none left.
bool Anchor::secure_proposal(Stream& stream, unsigned from, std::span<const sdp::Line> lines,
                             const Context& context) const {
  const Terms& agreed = stream.standing(from);
  // It may have had keys of ours toward another peer, whom it was not connected with in the end.
  if (stream.passes && agreed.is_secured()) stream.agreed[from] = {};
  if (stream.passes) stream.proposal.peer = {};
  if (!stream.passes && agreed.is_secured()) {  // that suite goes on, if it is among what is offered
    const PeerKey same = choose_key(lines, {&agreed.peer.key.suite, 1});
    if (!same.key.is_none()) stream.proposal.peer = same;
  }
  stream.offered_as = protection_toward(1 - from, stream, context);
  // Whose offer is ours in its place is asked itself once it is answered.
  const bool secured =
      in_place_ ? protection_toward(from, stream, context) != Protection::none : stream.proposal.is_secured();
  return (!secured || reserve_seed(stream, from, context)) &&
         (stream.offered_as == Protection::none || reserve_seed(stream, 1 - from, context));
}

bool Anchor::reserve_seed(Stream& stream, unsigned side, const Context& context) const {
  const config::Realm& realm = context.model.realms[index_of(sides_[side].realm)];
  if (stream.seeds[side]) return true;
  if (context.seeds.in_use() + context.kept_seeds < context.seeds.capacity())
    stream.seeds[side] = context.seeds.take(context.random, realm.media.srtp_suites);
  return bool(stream.seeds[side]);
}

void Anchor::release_seed(Stream& stream, unsigned side, const Context& context) const {
  if (stream.seeds[side]) context.seeds.release(stream.seeds[side]);
  stream.seeds[side] = {};
}

/// While no offer is outstanding: what is agreed on is what stays.
void Anchor::release_spare_seeds(Stream& stream, const Context& context) const {
  for (unsigned side = 0; side < 2; ++side) {
    const PeerKey& peer = stream.agreed[side].peer;
    if (peer.key.is_none()) {
      release_seed(stream, side, context);
    } else if (stream.seeds[side]) {
      context.seeds[stream.seeds[side]].agree(peer.key.suite);
    }
  }
}

OurSection Anchor::section_of_offer(const Stream& stream, unsigned side, Protection protection, bool feedback,
                                    const Context& context) const {
  OurSection ours;
  ours.port = stream.ports[side];
  if (!stream.proposal.is_rtp()) return ours;
  connect_offer(ours, stream, side, context);
  if (takes_events(side, context)) ours.events = stream.proposal.events.formats;
  ours.profile = profile_with(protection == Protection::required, feedback);
  if (stream.passes) pass_offer(ours, stream, side, context);
  if (protection == Protection::none) return ours;
  ours.seed = &context.seeds[stream.seeds[side]];
  ours.suites = ours.seed->suites();
  return ours;
}

/// What the offerer is told, as it has offered it (RFC 3264 6, RFC 4568 5.1.2).
OurSection Anchor::section_of_answer(const Stream& stream, const Context& context) const {
  OurSection ours;
  ours.port = stream.ports[offerer_];
  if (!stream.proposal.is_rtp()) return ours;
  connect_answer(ours, stream);
  if (takes_events(offerer_, context)) ours.events = stream.proposal.events.formats;
  const Terms& proposal = stream.proposal;
  ours.profile = proposal.profile;
  if (!proposal.is_secured()) return ours;
  ours.seed = &context.seeds[stream.seeds[offerer_]];
  ours.suites = {&proposal.peer.key.suite, 1};
  ours.first_tag = proposal.peer.tag;
  return ours;
}

/// None of a plain one; nullopt where the answer is none to what was asked.
std::optional<PeerKey> Anchor::key_of_answer(const Session& session, size_t section, const Stream& asked,
                                             const Context& context) const {
  if (!asked.proposal.is_rtp()) return PeerKey{};
  if (asked.passes)  // none of ours
    return seal_of_answer(session, section, asked) ? std::optional(PeerKey{}) : std::nullopt;
  const unsigned from = 1u - offerer_;
  const sdp::Media& media = session.media()[section];
  const auto profile = profile_of(media.protocol);
  if (!profile || is_secure(*profile) != (asked.offered_as == Protection::required)) return std::nullopt;
  const auto lines = session.lines_of(media);
  const config::SrtpRule rule = context.model.realms[index_of(sides_[from].realm)].media.srtp;
  if (asked.offered_as == Protection::none) {
    // Keys where none were offered: a habit where SRTP is forbidden; elsewhere it means to use them.
    const bool means_it = has_keys(lines) && rule != config::SrtpRule::forbidden;
    return means_it ? std::nullopt : std::optional(PeerKey{});
  }
  const bool may_be_plain =
      asked.offered_as == Protection::wanted && rule != config::SrtpRule::required && !has_keys(lines);
  if (may_be_plain) return PeerKey{};
  const PeerKey peer = answered_key(lines, context.seeds[asked.seeds[from]].suites());
  return peer.key.is_none() ? std::nullopt : std::optional(peer);
}

Terms Anchor::terms_of_answer(const Session& session, size_t section, const Stream& asked,
                              const Context& context) const {
  Terms terms = kept(judge_section(session, section, 1u - offerer_, Role::answer, context), session, section);
  terms.peer = *key_of_answer(session, section, asked, context);
  if (asked.ice[1u - offerer_].is_none()) terms.ice = 0;  // it was not asked
  const sdp::Media& media = session.media()[section];
  terms.events = events_of_answer(media, session.lines_of(media), asked, context);
  return terms;
}

media::SideKeys Anchor::keys_of(const Stream& stream, unsigned side, const Context& context) const {
  media::SideKeys keys;
  const bool proposed = stream.offered && side == offerer_ && !in_place_;
  const Terms* said = stream.agreed[side].known ? &stream.agreed[side]
                      : proposed                ? &stream.proposal
                                                : nullptr;
  keys.secured = said ? said->is_secured() : bool(stream.seeds[side]);
  if (!keys.secured || !said || !stream.seeds[side]) return keys;
  keys.receive = said->peer.key;
  keys.send = context.seeds[stream.seeds[side]].key_of(keys.receive.suite);
  return keys;
}

SrtpSuite Anchor::suite(unsigned side, const StreamPool& streams) const {
  const Stream* stream = audio(streams);
  return stream ? stream->agreed[side].peer.key.suite : SrtpSuite::none;
}

uint32_t Anchor::seed_count(const StreamPool& streams) const {
  uint32_t count = 0;
  each_open(streams, [&](const Stream& stream) {
    for (const lane::Handle& seed : stream.seeds) count += bool(seed);
  });
  return count;
}

}  // namespace sbc::anchor
