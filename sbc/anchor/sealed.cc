#include <algorithm>

#include "dataplane/bytes/siphash.h"
#include "dataplane/sdp/dtls.h"
#include "sbc/anchor/anchor.h"

// Streams whose keys stay between the two peers (config::SrtpRule::pass): what one offers the other answers,
// and the relay between them reads nothing.

namespace sbc::anchor {

using media::Seal;

/// What both have agreed on stays as it is, whatever a reload has for their realms. What we offer in the
/// place of a side that has said nothing has no keys that could cross.
bool Anchor::passes(const Stream* stream, const Context& context) const {
  if (stream && stream->agreed[0].known && stream->agreed[1].known) {
    if (stream->agreed[0].seal != Seal::none) return true;
    if (stream->agreed[0].is_secured() || stream->agreed[1].is_secured()) return false;
  }
  return !in_place_ && std::all_of(sides_.begin(), sides_.end(), [&](const Side& side) {
    return context.model.realms[index_of(side.realm)].media.srtp == config::SrtpRule::pass;
  });
}

/// DTLS without rtcp-mux has an association for each of two ports (RFC 5764 4.1), so there both sides have to
/// be told the same of that.
void Anchor::pass_offer(OurSection& ours, const Stream& stream, unsigned side, const Context& context) const {
  const Terms& proposal = stream.proposal;
  ours.seal = proposal.seal;
  ours.keeps_events = proposal.seal != Seal::none;
  if (ours.keeps_events) ours.profile = proposal.profile;
  if (proposal.seal != Seal::dtls_srtp) return;
  const config::MediaRange& range = context.model.realms[index_of(sides_[side].realm)].media;
  const bool may_mux = stream.agreed[side].muxed || range.rtcp_mux != config::MuxRule::refuse;
  ours.muxed = proposal.muxed && may_mux;
}

void Anchor::pass_answer(OurSection& ours, const Session& session, size_t section, const Stream& stream,
                         const Context& context) const {
  if (ours.port == 0) return;
  ours.seal = seal_of_answer(session, section, stream).value_or(Seal::none);
  ours.keeps_events = stream.proposal.seal != Seal::none;
  if (ours.seal != Seal::dtls_srtp) return;
  const Judgement judgement = judge_section(session, section, 1u - offerer_, Role::answer, context);
  ours.muxed = ours.muxed && judgement.terms.muxed;
  ours.rtcp_candidate = !ours.muxed;
}

/// nullopt where it is no answer to what was offered (RFC 4568 5.1.2, RFC 5763 5).
std::optional<Seal> Anchor::seal_of_answer(const Session& session, size_t section,
                                           const Stream& asked) const {
  const sdp::Media& media = session.media()[section];
  const auto profile = profile_of(media.protocol);
  const auto seal = anchor::seal_of(session, media);
  const Profile offered = asked.proposal.profile;
  if (!profile || !seal || is_secure(*profile) != is_secure(offered) || is_dtls(*profile) != is_dtls(offered))
    return std::nullopt;
  if (is_dtls(offered)) {
    const sdp::Line* setup = find_attribute(session, media, sdp::AttributeName::setup);
    const auto role = sdp::parse_setup(setup->attribute_value());
    const bool chosen = role == sdp::SetupRole::active || role == sdp::SetupRole::passive;
    return chosen ? seal : std::nullopt;
  }
  if (!has_keys(session.lines_of(media))) return seal;
  const auto key = answered_key(session, media, *seal);
  return key && asked.passed.find(key->name) ? seal : std::nullopt;
}

/// As the answer has it, for both.
void Anchor::agree_seal(Stream& stream, const Session& session, size_t section) const {
  Terms &offers = stream.agreed[offerer_], &answers = stream.agreed[1 - offerer_];
  offers.seal = answers.seal;
  offers.sealed_with = answers.sealed_with = 0;
  if (const auto key = answered_key(session, session.media()[section], answers.seal)) {
    answers.sealed_with = key->key;
    offers.sealed_with = stream.passed.find(key->name).value_or(0);
  }
  if (answers.seal != Seal::dtls_srtp || offers.muxed == answers.muxed) return;
  if (offers.muxed && offers.remote.port != 0) offers.rtcp_port = uint16_t(offers.remote.port + 1);
  if (answers.muxed && answers.remote.port != 0) answers.rtcp_port = uint16_t(answers.remote.port + 1);
  offers.muxed = answers.muxed = false;
}

/// What is agreed on holds until another answer. Before the first one media may come early; and where it may
/// be in the clear (RFC 8643), it is read as such.
Seal Anchor::current_seal(const Stream& stream) const {
  if (stream.agreed[0].known && stream.agreed[1].known) return stream.agreed[0].seal;
  const bool certain = stream.offered && is_secure(stream.proposal.profile);
  return certain ? stream.proposal.seal : Seal::none;
}

bool Anchor::has_seal(const StreamPool& streams) const {
  const Stream* stream = audio(streams);
  return stream && current_seal(*stream) != Seal::none;
}

uint64_t Anchor::sealed_with(unsigned side, const StreamPool& streams) const {
  uint64_t digest = 0;
  each_open(streams, [&](const Stream& stream, size_t section) {
    const Terms& agreed = stream.agreed[side];
    if (agreed.seal != Seal::none) digest = siphash({digest ^ agreed.sealed_with, section + 1}, {});
  });
  return digest;
}

}  // namespace sbc::anchor
