#include "sbc/call/impl.h"
#include "sbc/transaction/follow_up.h"

// An INVITE without an offer: the 2xx brings one, and our ACK its answer, which comes from the other side.
// Where none will come any more, ours takes no stream (RFC 3261 13.2.2.4); whether a BYE follows is another
// matter.

namespace sbc::call {

/// The ACK of our peer brings the answer, if one is due, and ours passes it on.
Reason Engine::Impl::carry_late_answer(const Surroundings& s, lane::Handle handle, const sip::Message& ack) {
  const Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  call.exchange.open = false;
  if (!call.exchange.offer_in_answer || call.exchange.made) return Reason::none;
  const bool read = read_sdp(ack) == Reason::none && has_sdp(ack);
  if (!read || call.anchor.answer(session, false, sdp_text, sdp_size, anchoring(s, call)) != Reason::none) {
    refuse_late_offers(s, call);
    return Reason::answer_bad;
  }
  learn_description(s, handle, ack);
  expect_media(s, leg.call);
  const lane::Handle other = call.legs[1 - leg.side];
  if (acknowledge(s, other, sdp(), nullptr)) return Reason::none;
  refuse_late_offers(s, call);
  return Reason::message_too_long;
}

/// Acknowledges a 2xx that nothing more comes of: `success`, or what the other side was told of it.
void Engine::Impl::acknowledge_alone(const Surroundings& s, lane::Handle handle,
                                     const sip::Message& success) {
  const Leg& leg = legs[handle];
  Call& call = calls[leg.call];
  sdp_size = 0;
  const bool late = call.exchange.offer_in_answer && !call.exchange.made;
  const bool offers = late && read_sdp(success) == Reason::none && has_sdp(success);
  if (offers &&
      call.anchor.refuse_all(leg.side, session, sdp_text, sdp_size, anchoring(s, call)) != Reason::none)
    sdp_size = 0;
  acknowledge(s, handle, sdp(), &success);
}

/// Before who would have answered leaves, or once it is clear that it does not: of what it was told we have
/// the offer.
void Engine::Impl::refuse_late_offers(const Surroundings& s, const Call& call) {
  for (lane::Handle handle : call.legs) {
    const Leg* leg = legs.find(handle);
    const Leg* asker = leg ? legs.find(call.legs[1 - leg->side]) : nullptr;
    if (!asker || !leg->unacknowledged) continue;
    const std::string_view told = servers.response_of(asker->accepted, invite_bytes);
    if (!told.empty() && invite_message.parse(told, transaction::own_limits) == Reason::none)
      acknowledge_alone(s, handle, invite_message);
  }
}

}  // namespace sbc::call
