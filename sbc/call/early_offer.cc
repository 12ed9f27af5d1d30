#include <algorithm>

#include "config/model/known_codec.h"
#include "dataplane/sdp/writer.h"
#include "dataplane/sip/multipart.h"
#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"

// A trunk that wants an offer, and a caller that has made none: the offer is ours, the callee's answer is
// what the caller is offered, and the callee is told of the caller's answer where that takes less (RFC 3264).

namespace sbc::call {
namespace {

/// The callee may not want to know now; a peer that never wants to is left alone.
constexpr uint8_t retold_max = 5;
constexpr Duration busy_pause = std::chrono::seconds(1);
/// For so long it may go on with what the caller has refused.
constexpr Duration busy_most = std::chrono::seconds(10);

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
  call.preview_fork = siphash(digest_keys.low, response.to().tag());
}

/// Into sdp(): the callee's answer to our offer, which is an offer to the caller. Its SDP, where the response
/// has one, has been read.
Reason Engine::Impl::turn_answer(const Surroundings& s, Call& call, const sip::Message& response) {
  if (!has_sdp(response)) {
    const bool same_fork = call.preview_fork == siphash(digest_keys.low, response.to().tag());
    std::string_view kept = same_fork ? slab.copy(call.preview, head_bytes) : std::string_view();
    if (kept.empty() || session.parse(kept) != Reason::none) return Reason::answer_bad;
  }
  if (call.anchor.turn(session, sdp_text, sdp_size, anchoring(s, call)) != Reason::none)
    return Reason::answer_bad;
  learn_description(s, call.legs[callee_side], response);
  return Reason::none;
}

/// The caller's answer. Where it takes all that the callee has chosen, both know the same.
void Engine::Impl::on_turned_acknowledged(const Surroundings& s, lane::Handle handle,
                                          const sip::Message& ack) {
  Call& call = calls[handle];
  call.exchange.made = false;
  Reason reason = read_sdp(ack);
  auto text = sip::find_part(ack, sip::session_description);
  const bool described = reason == Reason::none && text && !text->empty();
  const bool narrows = described && call.anchor.narrows(session, anchoring(s, call));
  if (!described ||
      call.anchor.answer(session, false, sdp_text, sdp_size, anchoring(s, call)) != Reason::none)
    return end_call(s, handle, {Releaser::sbc, 0, Reason::answer_bad});
  call.media_since = s.now;
  learn_description(s, call.legs[caller_side], ack);
  carry_out_changes(s);
  if (!narrows) return;
  if (!slab.keep(call.preview, *text)) return end_call(s, handle, {Releaser::sbc, 0, Reason::pool_empty});
  call.retold = 0;
  tell_answer(s, handle);
}

/// The callee has chosen codecs, or streams, of which the caller's answer has left fewer: it has to know, or
/// it sends what the caller cannot hear. The caller's answer is an offer to it: by UPDATE where it takes one.
void Engine::Impl::tell_answer(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  if (is_busy(call)) return arm(handle, CallTimer::retell, s.now + busy_pause);
  ++call.retold;
  std::string_view answer = slab.copy(call.preview, invite_bytes);
  SBC_CHECK(!answer.empty() && session.parse(answer) == Reason::none);
  const Reason unfit = call.anchor.offer(caller_side, session, sdp_text, sdp_size, anchoring(s, call));
  if (unfit != Reason::none) return end_call(s, handle, {Releaser::sbc, 0, unfit});
  const lane::Handle callee = call.legs[callee_side];
  const sip::Method method = legs[callee].takes_update ? sip::Method::update : sip::Method::invite;
  call.exchange = {.open = true, .ours = true};
  const Reason reason = send_offer(s, callee, method, nullptr, 70);
  if (reason != Reason::none) return end_call(s, handle, {Releaser::sbc, 0, reason});
  if (method == sip::Method::invite) arm(handle, CallTimer::ring, s.now + 32 * s.policy.model->timers.t1);
}

void Engine::Impl::tell_answer_again(const Surroundings& s, lane::Handle handle, Duration after) {
  if (calls[handle].retold >= retold_max) return end_call(s, handle, {Releaser::sbc, 0, Reason::answer_bad});
  arm(handle, CallTimer::retell, s.now + after);
}

/// The session is what it was before, which the callee must not go on with: it is told again, or the call
/// ends.
void Engine::Impl::on_answer_refused(const Surroundings& s, lane::Handle handle, bool by_update,
                                     const sip::Message& response) {
  const int status = response.status();
  if (status == 408 || status == 481) return end_call(s, handle, {Releaser::sbc, 0, Reason::dialog_gone});
  if (by_update && is_method_refused(status)) return tell_answer_again(s, handle, Duration(0));
  // RFC 3261 14.1: we own the dialog's Call-ID. A 500 says when (14.2).
  const Duration glare = std::chrono::milliseconds(2100 + random.below(1900));
  const Duration later = status == 500 ? retry_after_in(response) : Duration(0);
  if (status == 491 || (later > Duration(0) && later <= busy_most))
    return tell_answer_again(s, handle, std::max(glare, later));
  end_call(s, handle, {Releaser::sbc, 0, Reason::answer_bad});
}

}  // namespace sbc::call
