#include "sbc/anchor/anchor.h"

// An offer of ours in the place of a side that has said nothing: its answer is what that side is offered.

namespace sbc::anchor {

Reason Anchor::offer_in_place(unsigned from, const Session& session, std::span<char> out, size_t& size,
                              const Context& context) {
  in_place_ = true;
  Reason reason = offer(from, session, out, size, context);
  in_place_ = reason == Reason::none;
  return reason;
}

Reason Anchor::turn(const Session& session, std::span<char> out, size_t& size, const Context& context) {
  SBC_CHECK(offering_ && in_place_);
  const unsigned from = 1u - offerer_;
  Reason reason = check_answer(from, session, context);
  if (reason != Reason::none) return reason;
  Sections sections{};
  bool keyed = true;
  each_open(context.streams, [&](Stream& stream, size_t section) {
    const sdp::Media& media = session.media()[section];
    if (!stream.offered || media.port == 0) return;
    const Protection protection = protection_toward(offerer_, stream, context);
    keyed = keyed && (protection == Protection::none || reserve_seed(stream, offerer_, context));
    offer_ice(stream, offerer_, context);
    const bool feedback = has_feedback(profile_of(media.protocol).value_or(Profile::avp));
    if (!keyed) return;
    sections[section] = section_of_offer(stream, offerer_, protection, feedback, context);
    const Terms said = terms_of_answer(session, section, stream, context);
    sections[section].events =
        events_toward(offerer_, stream, media, session.lines_of(media), said, context).formats;
  });
  reason = keyed ? describe(offerer_, session, sections, out, size, context) : Reason::pool_empty;
  if (reason != Reason::none) return reason;
  each_open(context.streams, [&](Stream& stream, size_t section) {
    const bool taken = sections[section].port != 0;
    stream.proposal = taken ? terms_of_answer(session, section, stream, context) : Terms{};
    if (takes_events(offerer_, context)) stream.proposal.events.formats = sections[section].events;
    stream.offered_as = protection_toward(offerer_, stream, context);
    if (stream.offered_as == Protection::none) release_seed(stream, offerer_, context);  // after a reload
    stream.offered = taken;
  });
  offerer_ = uint8_t(from);
  in_place_ = false;
  each_open(context.streams, [&](Stream& stream) { install(stream, context); });
  return Reason::none;
}

}  // namespace sbc::anchor
