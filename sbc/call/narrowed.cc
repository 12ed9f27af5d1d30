#include <algorithm>

#include "dataplane/sip/multipart.h"
#include "sbc/call/cause.h"
#include "sbc/call/glare.h"
#include "sbc/call/impl.h"
#include "sbc/call/relayed.h"

// A caller is offered what the callee has answered: where we have made the offer in its place, and where it
// was referred to the callee (early_offer.cc, joining.cc). Its own answer may leave fewer codecs or streams,
// or go one way only. The callee has to know, or it sends what the caller cannot hear; so it is offered what
// the caller has answered (RFC 3264 8). Where that takes all that the callee has chosen, both know the same.
//
// The same with the answer of either side to an offer that was to refresh its session, and nothing else
// (refresh.cc): most say what they said before. And with an answer to any offer of ours, this one included,
// that changes what its peer encrypts with, where that crosses (config::SrtpRule::pass).

namespace sbc::call {
namespace {

/// Who is told may not want to know now; a peer that never wants to is left alone.
constexpr uint8_t retold_max = 5;
constexpr Duration busy_pause = std::chrono::seconds(1);
/// For so long it may go on with what the caller has refused.
constexpr Duration busy_most = std::chrono::seconds(10);

}  // namespace

/// Whether this answer does, before it is taken. One that cannot be read does not.
bool Engine::Impl::narrows(const Surroundings& s, Call& call, const sip::Message& answer) {
  return read_sdp(answer) == Reason::none && has_sdp(answer) &&
         call.anchor.narrows(session, anchoring(s, call));
}

/// The same of an answer to what was agreed before.
bool Engine::Impl::loses(const Surroundings& s, Call& call, const sip::Message& answer) {
  return read_sdp(answer) == Reason::none && has_sdp(answer) &&
         call.anchor.loses(session, anchoring(s, call));
}

/// It was taken.
void Engine::Impl::tell_narrowed(const Surroundings& s, lane::Handle handle, unsigned told,
                                 const sip::Message& answer) {
  Call& call = calls[handle];
  const auto text = sip::find_part(answer, sip::session_description);
  if (!slab.keep(call.preview, *text)) return end_call(s, handle, {Releaser::sbc, 0, Reason::pool_empty});
  call.retold_side = told;
  // Two who have other keys in each answer would be told of them for ever.
  if (call.retold >= retold_max) return leave_unnarrowed(s, handle);
  tell_answer(s, handle);
}

/// By UPDATE where that peer takes one.
void Engine::Impl::tell_answer(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  if (is_busy(call)) return arm(handle, CallTimer::retell, s.now + busy_pause);
  ++call.retold;
  std::string_view answer = slab.copy(call.preview, invite_bytes);
  SBC_CHECK(!answer.empty() && session.parse(answer) == Reason::none);
  const unsigned asker = 1 - call.retold_side;
  const Reason unfit = call.anchor.offer(asker, session, sdp_text, sdp_size, anchoring(s, call),
                                         anchor::Anchor::Asker::untold);
  if (unfit != Reason::none) return end_call(s, handle, {Releaser::sbc, 0, unfit});
  const lane::Handle told = call.legs[call.retold_side];
  const sip::Method method = legs[told].takes_update ? sip::Method::update : sip::Method::invite;
  call.exchange = {.open = true, .asker = asker, .ours = true};
  const Reason reason = send_offer(s, told, method, nullptr, 70);
  if (reason != Reason::none) return end_call(s, handle, {Releaser::sbc, 0, reason});
  if (method == sip::Method::invite) arm(handle, CallTimer::ring, s.now + 32 * s.policy.model->timers.t1);
}

/// One side does not take what the other has left.
void Engine::Impl::leave_unnarrowed(const Surroundings& s, lane::Handle handle) {
  end_call(s, handle, {Releaser::sbc, 0, Reason::answer_bad, nullptr, cause_of(488)});
}

void Engine::Impl::tell_answer_again(const Surroundings& s, lane::Handle handle, Duration after) {
  if (calls[handle].retold >= retold_max) return leave_unnarrowed(s, handle);
  arm(handle, CallTimer::retell, s.now + after);
}

/// The session is what it was before, which that peer must not go on with: it is told again, or the call
/// ends.
void Engine::Impl::on_answer_refused(const Surroundings& s, lane::Handle handle, bool by_update,
                                     const sip::Message& response) {
  const int status = response.status();
  if (status == 408 || status == 481) return end_call(s, handle, {Releaser::sbc, 0, Reason::dialog_gone});
  if (by_update && is_method_refused(status)) return tell_answer_again(s, handle, Duration(0));
  const Call& call = calls[handle];
  const Duration glare = pause_after_glare(legs[call.legs[call.retold_side]].call_id_ours, random);
  // RFC 3261 14.2: it says when.
  const Duration later = status == 500 ? retry_after_in(response) : Duration(0);
  if (status == 491 || status == 422 || (later > Duration(0) && later <= busy_most))
    return tell_answer_again(s, handle, std::max(glare, later));
  leave_unnarrowed(s, handle);
}

}  // namespace sbc::call
