#include <algorithm>

#include "config/model/known_codec.h"
#include "dataplane/sdp/writer.h"
#include "dataplane/sip/multipart.h"
#include "sbc/call/impl.h"

// A trunk that wants an offer, and a caller that has made none: the offer is ours, the callee's answer is
// what the caller is offered, and the callee is told of the caller's answer where that takes less (RFC 3264).

namespace sbc::call {
namespace {

const config::KnownCodec* find_codec(std::string_view name) {
  auto at = std::find_if(config::known_codecs.begin(), config::known_codecs.end(),
                         [name](const config::KnownCodec& codec) { return codec.name == name; });
  return at == config::known_codecs.end() ? nullptr : &*at;
}

/// One audio stream without an address: whose media it will be has not said where it goes. The anchor puts
/// ours in its place.
void write_offer(sdp::Writer& out, const std::vector<std::string>& codecs, Family family) {
  const IpAddress nowhere = family == Family::v4 ? IpAddress::v4(0) : IpAddress{};
  constexpr uint16_t some_port = 9;
  out.line('v', "0").origin(0, 0, nowhere).line('s', "-").connection(nowhere).line('t', "0 0");
  out.text("m=audio ").number(some_port).text(" RTP/AVP");
  for (const std::string& name : codecs) {
    if (const config::KnownCodec* codec = find_codec(name)) out.text(" ").number(codec->payload_type);
  }
  out.end_line();
  for (const std::string& name : codecs) {
    const config::KnownCodec* codec = find_codec(name);
    if (!codec) continue;
    out.text("a=rtpmap:").number(codec->payload_type).text(" ").text(codec->rtpmap).end_line();
    if (!codec->fmtp.empty())
      out.text("a=fmtp:").number(codec->payload_type).text(" ").text(codec->fmtp).end_line();
  }
}

}  // namespace

bool Engine::Impl::wants_offer(const Surroundings& s, TrunkId id, const sip::Message& invite) const {
  const config::Trunk* trunk = s.policy.trunks.find(id);
  return trunk && trunk->offer == config::OfferRule::early && !has_sdp(invite);
}

/// Into sdp(): the offer that the caller has not made.
Reason Engine::Impl::make_offer(const Surroundings& s, Call& call, const config::Trunk& trunk) {
  const Leg& caller = legs[call.legs[caller_side]];
  sdp::Writer out(head_bytes);
  write_offer(out, trunk.offer_codecs, caller.transport.remote.address.family());
  SBC_CHECK(!out.overflowed() && session.parse(out.written()) == Reason::none);
  return call.anchor.offer_in_place(caller_side, session, sdp_text, sdp_size, anchoring(s, call));
}

/// A provisional response may bring the callee's answer, and the 2xx nothing then. The caller is not told of
/// it: to an INVITE without an offer only a reliable response could bring one (RFC 3261 13.2.1), and we take
/// no answer in a PRACK.
void Engine::Impl::keep_answer(Call& call, const sip::Message& response) {
  auto text = sip::find_part(response, sip::session_description);
  if (!text || text->empty()) return;
  slab.keep(call.preview, *text);
  call.previewed = {.fork = fork_tag(response)};
}

/// Into sdp(): the callee's answer to our offer, which is an offer to the caller. Its SDP, where the response
/// has one, has been read.
Reason Engine::Impl::turn_answer(const Surroundings& s, Call& call, const sip::Message& response) {
  const lane::Handle callee = call.legs[callee_side];
  const bool described = has_sdp(response);
  if (!described) {
    const bool same_fork = call.previewed.fork == fork_tag(response);
    const transaction::Kept before =
        same_fork ? call.preview : call.forks.described_by(fork_of(call, response));
    if (!read_described(s, legs[callee], before)) return Reason::answer_bad;
  }
  if (call.anchor.turn(session, sdp_text, sdp_size, anchoring(s, call)) != Reason::none)
    return Reason::answer_bad;
  if (described) learn_description(s, callee, response);
  return Reason::none;
}

/// The caller's answer.
void Engine::Impl::on_turned_acknowledged(const Surroundings& s, lane::Handle handle,
                                          const sip::Message& ack) {
  Call& call = calls[handle];
  call.exchange.made = false;
  const bool narrowed = narrows(s, call, ack);
  const bool read = read_sdp(ack) == Reason::none && has_sdp(ack);
  if (!read || call.anchor.answer(session, false, sdp_text, sdp_size, anchoring(s, call)) != Reason::none)
    return end_call(s, handle, {Releaser::sbc, 0, Reason::answer_bad});
  expect_media(s, handle);
  learn_description(s, call.legs[caller_side], ack);
  carry_out_changes(s);
  if (narrowed) tell_narrowed(s, handle, callee_side, ack);
}

}  // namespace sbc::call
