#include <algorithm>

#include "policy/media/formats.h"
#include "sbc/anchor/anchor.h"

// Digits where one side speaks of them by INFO alone (config::DigitRule) and the other does not: with the
// other one telephone-events (RFC 4733) are agreed on, and the first is told of none. What it says of them
// itself counts for nothing, but that the other side is offered them where it does.

namespace sbc::anchor {
namespace {

using config::DigitRule;

PayloadTypes types_of(const rtp::Formats& formats) {
  PayloadTypes types{};
  add_to(types, formats);
  return types;
}

}  // namespace

bool Anchor::converts_digits() const {
  return (sides_[0].digits == DigitRule::info) != (sides_[1].digits == DigitRule::info);
}

/// Whether this side is the one whose digits are telephone-events, if its codecs may.
bool Anchor::takes_events(unsigned side, const Context& context) const {
  return converts_digits() && side == events_side() &&
         policy::passes(codecs(side, context), "telephone-event");
}

/// Those that the side which takes them was told last, or has offered last itself.
const rtp::Formats& Anchor::told_events(const Stream& stream) const {
  const unsigned side = events_side();
  const Events& told = stream.agreed[1 - side].events;
  return told.empty() ? stream.agreed[side].events.formats : told.formats;
}

/// Of the other side's section, for the one that takes them: what was told before, what the other side has
/// offered, and where the rule says so, ours. What is offered once more is the same.
Events Anchor::events_toward(unsigned side, const Stream& stream, const sdp::Media& media,
                             std::span<const sdp::Line> lines, const Terms& said,
                             const Context& context) const {
  Events events;
  if (!takes_events(side, context) || said.type != MediaType::audio) return events;
  const Events theirs = events_of(media, lines);
  const PayloadTypes all = media.payload_types(), own = types_of(theirs.formats);
  const PayloadTypes used{all[0] & ~own[0], all[1] & ~own[1]};
  for (const rtp::Formats* before : {&told_events(stream), &theirs.formats}) {
    for (const rtp::Format& each : before->all()) {
      if (!has(used, each.payload_type) && !events.of_clock(each.clock_rate)) events.formats.add(each);
    }
  }
  const bool adds = sides_[side].digits == DigitRule::telephone_event && !again_;
  if (adds) add_events(events.formats, said.formats, used);
  return events;
}

/// What an offer of side `from` says of them, or what the other one is told in its place.
void Anchor::propose_events(Stream& stream, unsigned from, const sdp::Media& media,
                            std::span<const sdp::Line> lines, const Context& context) const {
  Terms& proposal = stream.proposal;
  const bool sealed = proposal.seal != media::Seal::none;  // nobody here can read or make any
  if (!converts_digits() || !proposal.is_rtp() || sealed) return;
  if (!takes_events(from, context)) {
    proposal.events = events_toward(1 - from, stream, media, lines, proposal, context);
  } else if (!in_place_) {
    proposal.events = events_of(media, lines);
  }
}

/// What the answer says of those that its side was offered.
Events Anchor::events_of_answer(const sdp::Media& media, std::span<const sdp::Line> lines,
                                const Stream& asked, const Context& context) const {
  const bool asked_for = takes_events(1u - offerer_, context) && !asked.proposal.events.empty();
  return asked_for ? events_of(media, lines) : Events{};
}

/// The media plane is told: such a side may send events, nobody gets them, and it can be sent some.
void Anchor::relay_digits(media::Relay& relay, const Stream& stream) const {
  if (!converts_digits() || stream.kind != media::Kind::rtp || relay.seal != media::Seal::none) return;
  const unsigned side = events_side();
  const Events& agreed = stream.agreed[side].events;
  if (agreed.empty() && !stream.offered) return;
  // It sends them as it was told, or as it has offered them itself (RFC 3264 6.1).
  constexpr PayloadTypes all{~uint64_t(0), ~uint64_t(0)};
  rtp::Formats events = told_events(stream);
  if (stream.offered) events.add(stream.proposal.events.formats, all);
  if (events.all().empty()) return;
  media::Side& at = relay.sides[side];
  add_to(at.payload_types, events);
  at.tells_digits = true;
  const auto sent = relay.sides[1 - side].formats.all();
  auto codec = std::find_if(sent.begin(), sent.end(),
                            [](const rtp::Format& each) { return rtp::keeps_time(each.codec); });
  events.add(at.formats, all);
  at.formats = events;
  if (agreed.empty()) return;
  const rtp::Format* fitting = codec == sent.end() ? nullptr : agreed.of_clock(codec->clock_rate);
  const rtp::Format& event = fitting ? *fitting : agreed.formats.all().front();
  at.event_type = event.payload_type;
  at.event_clock = event.clock_rate;
}

/// A side ought to send events by the numbers that the other one has described (RFC 3264 5.1). Many send them
/// by their own, which the other one would not know.
void Anchor::renumber_events(media::Relay& relay, const Stream& stream) const {
  const bool agreed = stream.agreed[0].known && stream.agreed[1].known;
  if (!agreed || converts_digits() || stream.kind != media::Kind::rtp || relay.seal != media::Seal::none)
    return;
  for (unsigned side = 0; side < 2; ++side) {
    const Terms& others = stream.agreed[1 - side];
    media::Side& at = relay.sides[side];
    auto next = at.renumbered.begin();
    for (const rtp::Format& own : stream.agreed[side].formats.all()) {
      if (own.codec != rtp::Codec::telephone_event || has(others.payload_types, own.payload_type)) continue;
      const rtp::Format* theirs = others.formats.find(own.codec, own.clock_rate);
      if (theirs == nullptr || next == at.renumbered.end()) continue;
      *next++ = {own.payload_type, theirs->payload_type};
      at.payload_types[own.payload_type / 64] &= ~(uint64_t(1) << (own.payload_type % 64));
    }
  }
}

std::optional<media::MediaPort> Anchor::port_for_digits(uint32_t events, const StreamPool& streams,
                                                        const media::StatsReader& reader) const {
  const Stream* stream = converts_digits() ? audio(streams) : nullptr;
  if (!stream || stream->installed == 0) return std::nullopt;
  const unsigned side = events_side();
  const Terms& terms = stream->agreed[side];
  const bool flows = stream->agreed[1 - side].sends && !reader.stats(port_of(*stream, 1 - side)).paused;
  const bool taken = !terms.events.empty() && (events & ~terms.events.taken) == 0;
  return flows && taken ? std::optional(port_of(*stream, side)) : std::nullopt;
}

}  // namespace sbc::anchor
