#include "sbc/anchor/anchor.h"

#include <algorithm>

#include "dataplane/bytes/siphash.h"
#include "policy/media/formats.h"
#include "sbc/anchor/sdp_writer.h"

namespace sbc::anchor {
namespace {

bool has_media(const config::Realm& realm, Family family) {
  const auto& addresses = realm.media.addresses;
  return std::any_of(addresses.begin(), addresses.end(),
                     [family](const IpAddress& address) { return address.family() == family; });
}

/// What the side is not told of stays as it was.
void stay_as_agreed(Terms& proposal, const Terms& agreed) {
  proposal.profile = agreed.profile;
  proposal.peer = agreed.peer;
  if (agreed.seal == media::Seal::none) proposal.seal = agreed.seal;
  proposal.ice = agreed.ice;
  proposal.muxed = agreed.muxed;
  proposal.rtcp_port = agreed.rtcp_port;
}

}  // namespace

void Anchor::begin(uint64_t token, Random& random) {
  token_ = token;
  cname_ = random.next();
  for (Side& side : sides_) side.session_id = random.next() >> 2;  // RFC 8866 5.2: digits that fit 63 bits
}

media::MediaPort Anchor::port_of(const Stream& stream, unsigned side) const {
  return {sides_[side].realm, sides_[side].address, stream.ports[side]};
}

bool Anchor::settle_address(unsigned side, const Context& context) {
  Side& at = sides_[side];
  if (at.settled) return true;
  auto address = context.ports.choose_address(at.realm, at.family, context.random, context.kept_pairs);
  if (!address) return false;
  at.address = *address;
  at.settled = true;
  return true;
}

bool Anchor::open_stream(size_t section, media::Kind kind, const Context& context) {
  if (!settle_address(0, context) || !settle_address(1, context)) return false;
  auto first = context.ports.lease(sides_[0].realm, sides_[0].address, context.random, context.kept_pairs);
  if (!first) return false;
  auto second = context.ports.lease(sides_[1].realm, sides_[1].address, context.random, context.kept_pairs);
  if (!second) {
    context.ports.give_back({sides_[0].realm, sides_[0].address, *first}, context.now,
                            context.model.timers.port_rest);
    return false;
  }
  streams_[section] = context.streams.take();
  Stream& stream = context.streams[streams_[section]];
  stream.kind = kind;
  stream.ports = {*first, *second};
  stream.fresh = true;
  return true;
}

void Anchor::close_stream(size_t section, const Context& context) {
  Stream& closing = *stream(section, context);
  remove_relays(closing, context);
  for (unsigned side = 0; side < 2; ++side) {
    context.ports.give_back(port_of(closing, side), context.now, context.model.timers.port_rest);
    release_seed(closing, side, context);
  }
  context.streams.release(streams_[section]);
  streams_[section] = {};
}

bool Anchor::move_stream(size_t section, unsigned side, const Context& context) {
  Stream& moving = *stream(section, context);
  auto port = settle_address(side, context) ? context.ports.lease(sides_[side].realm, sides_[side].address,
                                                                  context.random, context.kept_pairs)
                                            : std::nullopt;
  if (port) {
    moving.ports[side] = *port;
    moving.agreed[side] = {};
    moving.ice[side] = {};
    return true;
  }
  // Only the other side's port and seed are still ours to give back.
  context.ports.give_back(port_of(moving, 1 - side), context.now, context.model.timers.port_rest);
  release_seed(moving, 1 - side, context);
  context.streams.release(streams_[section]);
  streams_[section] = {};
  return false;
}

Reason Anchor::place(unsigned side, RealmId realm, Family family, const Context& context) {
  each_open(context.streams, [&](Stream& stream) {
    remove_relays(stream, context);
    context.ports.give_back(port_of(stream, side), context.now, context.model.timers.port_rest);
    // No two peers get the same keys; and as media begins to count anew with either side, neither may find
    // ours again.
    for (unsigned each = 0; each < 2; ++each) release_seed(stream, each, context);
  });
  Side& at = sides_[side];
  at.realm = realm;
  at.family = family;
  at.settled = false;
  at.session_id = context.random.next() >> 2;  // a peer cannot link what another one was told
  begin_again(side);
  end_offer();
  bool moved = true;
  each_open(context.streams, [&](Stream& stream, size_t section) {
    stream.offered = false;
    stream.proposal = {};
    moved = move_stream(section, side, context) && moved;
  });
  if (moved) return Reason::none;
  close(context);
  return Reason::pool_empty;
}

void Anchor::begin_again(unsigned side) {
  count_ = 0;
  keep_told(side, {});
}

void Anchor::keep_told(unsigned side, const Told& told) {
  sides_[side].version = told.version;
  sides_[side].digest = told.digest;
}

Standings Anchor::standings_of(unsigned side, const Context& context) const {
  Standings standings{};
  for (size_t section = 0; section < standings.size(); ++section) {
    const Stream* open = stream(section, context);
    standings[section].passes = passes(open, context);
    if (open && open->agreed[side].known) standings[section].agreed = &open->agreed[side];
  }
  return standings;
}

Reason Anchor::offer(unsigned from, const Session& session, std::span<char> out, size_t& size,
                     const Context& context, Asker asker) {
  SBC_CHECK(!offering_);
  const config::Realm& realm = context.model.realms[index_of(sides_[from].realm)];
  const Role role = in_place_ ? Role::answer : Role::offer;  // whose offer is ours has to speak nothing yet
  const SessionVerdict verdict = judge_all(session, realm, role, standings_of(from, context));
  if (verdict.reason != Reason::none) return verdict.reason;
  if (session.media().size() < count_) return Reason::sdp_unacceptable;  // RFC 3264 8: sections never go away
  if (released_) return offer_released(from, session, out, size, context);
  const std::array<Side, 2> before = sides_;
  if (verdict.family && !sides_[from].settled) {
    if (!has_media(realm, *verdict.family)) return Reason::sdp_unacceptable;
    sides_[from].family = *verdict.family;
  }
  Reason reason = propose(from, session, asker, context);
  Sections sections{};
  if (reason == Reason::none) {
    each_open(context.streams, [&](const Stream& stream, size_t section) {
      const bool feedback = has_feedback(stream.proposal.profile);
      if (stream.offered)
        sections[section] = section_of_offer(stream, 1 - from, stream.offered_as, feedback, context);
    });
    reason = describe(1 - from, session, sections, out, size, context);
  }
  if (reason != Reason::none) {
    forget_proposal(context);
    sides_ = before;
    return reason;
  }
  each_open(context.streams, [&](Stream& stream) { install(stream, context); });
  return Reason::none;
}

const config::CodecRules& Anchor::codecs(unsigned side, const Context& context) {
  static const config::CodecRules none;
  return context.codecs[side] ? *context.codecs[side] : none;
}

/// With the rules for codecs of both sides; a section of which they leave nothing is unsupported.
Judgement Anchor::judge_section(const Session& session, size_t section, unsigned from, Role role,
                                const Context& context) const {
  const sdp::Media& media = session.media()[section];
  const auto& realms = context.model.realms;
  const Stream* open = stream(section, context);
  const bool asked = role == Role::answer && open && open->offered;
  const Standing standing{open && open->agreed[from].known ? &open->agreed[from] : nullptr,
                          asked ? open->passes : passes(open, context)};
  Judgement judgement = judge(session, media, realms[index_of(sides_[from].realm)], role, standing);
  if (released_ &&
      judge(session, media, realms[index_of(sides_[1 - from].realm)], role, {nullptr, standing.passes})
              .fate == Fate::forbidden)
    judgement.fate = Fate::forbidden;  // it is sent there as it is
  const config::CodecRules& theirs = codecs(from, context);
  const config::CodecRules& others = codecs(1 - from, context);
  const bool ruled = !theirs.empty() || !others.empty() || converts_digits();
  if (!ruled || judgement.fate != Fate::anchored || judgement.kind != media::Kind::rtp) return judgement;
  const bool sealed = (asked ? open->proposal : judgement.terms).seal != media::Seal::none;
  const policy::Formats formats = policy::choose_formats(media, session.lines_of(media), theirs, others,
                                                         sealed ? policy::Events::cross : crossing_events());
  if (!formats.any_codec()) judgement.fate = Fate::unsupported;
  judgement.terms.payload_types = formats.mask();
  return judgement;
}

/// Notes what each section proposes and opens streams for what is new. forget_proposal() undoes it.
Reason Anchor::propose(unsigned from, const Session& session, Asker asker, const Context& context) {
  offering_ = true;
  previewed_ = false;
  offerer_ = uint8_t(from);
  proposed_ = uint8_t(session.media().size());
  bool any = false;
  bool any_wanted = false;
  for (size_t i = 0; i < proposed_; ++i) {
    const Stream* open = stream(i, context);
    Judgement judgement = judge_section(session, i, from, in_place_ ? Role::answer : Role::offer, context);
    any_wanted |= judgement.fate != Fate::rejected;
    bool fits = judgement.fate == Fate::anchored &&
                session.media()[i].address.family() == sides_[from].family &&
                (!open || !again_ || open->kind == judgement.kind);
    // What a reload forbids meanwhile, or what has become another kind, must not end by the way.
    if (!fits && open && again_ && judgement.fate != Fate::rejected) return Reason::sdp_unacceptable;
    if (!fits || (!open && again_)) continue;
    if (!open && !open_stream(i, judgement.kind, context)) return Reason::pool_empty;
    Stream& wanted = *stream(i, context);
    wanted.offered = any = true;
    wanted.passes = passes(&wanted, context);
    wanted.proposal = kept(judgement, session, i);
    const bool untold = asker == Asker::untold && wanted.standing(from).known;
    if (untold) stay_as_agreed(wanted.proposal, wanted.standing(from));
    const auto lines = session.lines_of(session.media()[i]);
    if (wanted.passes) wanted.passed = passed_keys(session, session.media()[i], wanted.proposal.seal);
    if (!secure_proposal(wanted, from, lines, context)) return Reason::pool_empty;
    propose_events(wanted, from, session.media()[i], lines, context);
    propose_ice(wanted, from, context);
  }
  return any_wanted && !any && !again_ ? Reason::sdp_unacceptable : Reason::none;
}

void Anchor::forget_proposal(const Context& context) {
  each_open(context.streams, [&](Stream& stream, size_t section) {
    stream.offered = false;
    stream.proposal = {};
    if (stream.fresh) return close_stream(section, context);
    release_spare_seeds(stream, context);
    forget_spare_ice(stream);
  });
  end_offer();
}

/// None is outstanding.
void Anchor::end_offer() {
  offering_ = previewed_ = in_place_ = false;
  offerer_ = proposed_ = 0;
  wanted_ = 0;
}

bool Anchor::leaves_out(const Session& answer, const Context& context,
                        bool (*keeps)(const Stream&, const Terms&)) const {
  SBC_CHECK(offering_);
  const size_t sections = std::min<size_t>(answer.media().size(), proposed_);
  for (size_t i = 0; i < sections; ++i) {
    const Stream* asked = stream(i, context);
    if (!asked || !asked->offered) continue;
    const Judgement judgement = judge_section(answer, i, 1u - offerer_, Role::answer, context);
    if (judgement.fate != Fate::anchored || !keeps(*asked, judgement.terms)) return true;
  }
  return false;
}

bool Anchor::narrows(const Session& answer, const Context& context) const {
  return leaves_out(answer, context, [](const Stream& asked, const Terms& terms) {
    return terms.payload_types == asked.proposal.payload_types && (terms.two_way || !asked.proposal.two_way);
  });
}

bool Anchor::loses(const Session& answer, const Context& context) const {
  return leaves_out(answer, context, [](const Stream& asked, const Terms& terms) {
    const PayloadTypes common = shared(asked.agreed[0].payload_types, asked.agreed[1].payload_types);
    const bool two_way = asked.agreed[0].two_way && asked.agreed[1].two_way;
    return shared(common, terms.payload_types) == common && (terms.two_way || !two_way);
  });
}

Reason Anchor::offer_again(unsigned from, const Session& session, std::span<char> out, size_t& size,
                           const Context& context, Asker asker) {
  again_ = true;
  const Reason reason = offer(from, session, out, size, context, asker);
  again_ = false;
  return reason;
}

Reason Anchor::check_answer(unsigned from, const Session& session, const Context& context) const {
  if (session.media().size() != proposed_) return Reason::sdp_unacceptable;
  for (size_t i = 0; i < proposed_; ++i) {
    const Stream* asked = stream(i, context);
    Judgement judgement = judge_section(session, i, from, Role::answer, context);
    if (!asked || !asked->offered || judgement.fate == Fate::rejected) continue;
    bool fits = judgement.fate == Fate::anchored && judgement.kind == asked->wanted_kind() &&
                judgement.terms.type == asked->proposal.type &&
                session.media()[i].address.family() == sides_[from].family &&
                key_of_answer(session, i, *asked, context);
    if (!fits) return Reason::sdp_unacceptable;
  }
  return Reason::none;
}

/// What the offerer is told of the streams that it has offered.
Anchor::Sections Anchor::sections_of_answer(const Session& session, const Context& context) const {
  Sections sections{};
  each_open(context.streams, [&](const Stream& stream, size_t section) {
    if (!stream.offered) return;
    sections[section] = section_of_answer(stream, context);
    if (session.media()[section].port == 0) sections[section].port = 0;
    if (stream.passes) pass_answer(sections[section], session, section, stream, context);
  });
  return sections;
}

Reason Anchor::answer(const Session& session, bool preview, std::span<char> out, size_t& size,
                      const Context& context) {
  SBC_CHECK(offering_);
  if (released_) return answer_released(session, preview, out, size, context);
  unsigned from = 1u - offerer_;
  Reason reason = check_answer(from, session, context);
  if (reason != Reason::none) return reason;
  const Sections sections = sections_of_answer(session, context);
  reason = describe(offerer_, session, sections, out, size, context);
  if (reason != Reason::none) return reason;
  each_open(context.streams, [&](Stream& stream, size_t section) {
    if (sections[section].port != 0) {
      if (stream.kind != stream.wanted_kind()) change_kind(stream, context);
      stream.agreed[offerer_] = stream.proposal;
      if (!stream.restarted.is_none()) stream.ice[offerer_] = stream.restarted;
      stream.agreed[from] = terms_of_answer(session, section, stream, context);
      if (stream.passes) agree_seal(stream, session, section);
    } else if (!preview) {
      stream.offered = false;
    }
  });
  previewed_ = true;
  if (preview) {
    each_open(context.streams, [&](Stream& stream) { install(stream, context); });
  } else {
    settle(context);
  }
  return Reason::none;
}

Reason Anchor::refuse_all(unsigned side, const Session& told, std::span<char> out, size_t& size,
                          const Context& context) {
  return describe(side, told, Sections{}, out, size, context);
}

void Anchor::settle(const Context& context) {
  SBC_CHECK(offering_ && previewed_);
  for (Side& side : sides_) side.held_back = false;
  count_ = proposed_;
  end_offer();
  each_open(context.streams, [&](Stream& stream, size_t section) {
    if (!stream.offered || !stream.agreed[0].known || !stream.agreed[1].known) {
      note_past(stream, context);
      return close_stream(section, context);
    }
    stream.fresh = stream.offered = stream.moved = false;
    stream.proposal = {};
    release_spare_seeds(stream, context);
    forget_spare_ice(stream);
    install(stream, context, true);
  });
}

void Anchor::renew(const Context& context) {
  each_open(context.streams, [&](Stream& stream) { install(stream, context, true); });
}

void Anchor::withdraw(const Context& context) {
  if (!offering_) return;
  forget_proposal(context);
  each_open(context.streams, [&](Stream& stream) { install(stream, context); });
}

void Anchor::close(const Context& context) {
  each_open(context.streams, [&](Stream&, size_t section) { close_stream(section, context); });
  end_offer();
}

void Anchor::hand_over(const Context& context) {
  each_open(context.streams, [&](Stream& stream, size_t section) {
    remove_relays(stream, context);
    for (unsigned side = 0; side < 2; ++side) {
      context.ports.give_up(port_of(stream, side));
      release_seed(stream, side, context);
    }
    context.streams.release(streams_[section]);
    streams_[section] = {};
  });
  end_offer();
}

void Anchor::trust_sdp(unsigned side, bool every_address, const IpAddress& own) {
  sides_[side].every_sdp_address = every_address;
  sides_[side].own_address = own;
}

void Anchor::hold_back(unsigned side, bool held, const Context& context) {
  if (std::exchange(sides_[side].held_back, held) == held) return;
  each_open(context.streams, [&](Stream& stream) {
    if (stream.installed != 0) install(stream, context);
  });
}

void Anchor::continue_as(unsigned side, const Anchor& before, unsigned side_before) {
  sides_[side].session_id = before.sides_[side_before].session_id;
  sides_[side].version = before.sides_[side_before].version;
  sides_[side].digest = 0;
}

Reason Anchor::describe(unsigned side, const Session& source, const Sections& sections, std::span<char> out,
                        size_t& size, const Context& context) {
  Side& at = sides_[side];
  const Side before = at;
  if (!released_ && !settle_address(side, context)) return Reason::pool_empty;
  const IpAddress address = own_address(side, context);
  // Nearly every description says something new, so it is written as such; one that does not, once more.
  for (uint64_t version = at.version + 1;; version = at.version) {
    sdp::Writer writer(out);
    Description description{address,
                            at.session_id,
                            version,
                            sections,
                            codecs(1 - side, context),
                            codecs(side, context),
                            crossing_events(),
                            in_place_ && side != offerer_,
                            released_,
                            crossing_keys(1 - side, context)};
    std::string_view said = write_session(writer, source, description);
    if (writer.overflowed()) {
      at = before;
      return Reason::message_too_long;
    }
    size = writer.written().size();
    uint64_t digest = siphash({token_, cname_}, said) | 1;
    if (digest == at.digest && version != at.version) continue;
    at.digest = digest;
    at.version = version;  // RFC 3264 8: a change has a version of its own
    return Reason::none;
  }
}

bool Anchor::expects_media(const StreamPool& streams) const {
  bool expected = false;
  each_open(streams, [&](const Stream& stream) {
    expected |= stream.kind == media::Kind::rtp && stream.agreed[0].two_way && stream.agreed[1].two_way;
  });
  return expected;
}

Instant Anchor::last_packet(const StreamPool& streams, const media::StatsReader& reader) const {
  Instant last{0};
  each_open(streams, [&](const Stream& stream) {
    for (unsigned side = 0; side < 2; ++side)
      last = std::max(last, reader.stats(port_of(stream, side)).last_packet);
  });
  return last;
}

bool Anchor::is_paused(const StreamPool& streams, const media::StatsReader& reader) const {
  bool paused = false;
  each_open(streams, [&](const Stream& stream) {
    paused |= reader.stats(port_of(stream, 0)).paused && reader.stats(port_of(stream, 1)).paused;
  });
  return paused;
}

const Stream* Anchor::audio(const StreamPool& streams) const {
  for (lane::Handle handle : streams_) {
    const Stream* stream = streams.find(handle);
    if (stream && stream->kind == media::Kind::rtp && stream->agreed[0].type == MediaType::audio)
      return stream;
  }
  return nullptr;
}

bool Anchor::expects_audio(const StreamPool& streams) const {
  const Stream* stream = audio(streams);
  return stream && stream->agreed[0].two_way && stream->agreed[1].two_way;
}

media::SideStats Anchor::stats(unsigned side, const StreamPool& streams,
                               const media::StatsReader& reader) const {
  const Stream* stream = audio(streams);
  return stream ? reader.stats(port_of(*stream, side)) : media::SideStats{};
}

uint32_t Anchor::relay_count(const StreamPool& streams) const {
  uint32_t count = 0;
  each_open(streams, [&](const Stream& stream) {
    SBC_CHECK(stream.installed != 0);
    count += stream.kind == media::Kind::rtp ? 2 : 1;
  });
  return count;
}

uint32_t Anchor::leased_ports() const {
  return 4 *
         uint32_t(std::count_if(streams_.begin(), streams_.end(), [](lane::Handle h) { return bool(h); }));
}

}  // namespace sbc::anchor
