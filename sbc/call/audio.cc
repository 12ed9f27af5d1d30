// Whether each side is heard where both should be: one-way audio is what users suffer from most, and nothing
// in the signalling tells of it.
#include "sbc/call/impl.h"

namespace sbc::call {

/// What was agreed on now is to be seen from now on.
void Engine::Impl::expect_media(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  call.media_since = s.now;
  const Duration after = s.policy.model->timers.audio_check;
  if (call.answered() && after > Duration(0)) arm(handle, CallTimer::audio_check, s.now + after);
}

/// Told once in a call: one that is silent by habit (silence suppression, who only listens) is not told of
/// with every refresh. What ends a call that stays silent is `media_idle`.
void Engine::Impl::check_audio(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  if (call.audio_told || !call.anchor.expects_audio(streams)) return;
  bool heard[2];
  for (unsigned side : {caller_side, callee_side})
    heard[side] = call.anchor.stats(side, streams, s.media).last_packet >= call.media_since;
  if (heard[caller_side] && heard[callee_side]) return;
  call.audio_told = true;
  if (!heard[caller_side] && !heard[callee_side])
    return log(s, Severity::warning, Reason::none, call, caller_side, "no audio from either side");
  const unsigned silent = heard[caller_side] ? callee_side : caller_side;
  log(s, Severity::warning, Reason::none, call, silent,
      silent == caller_side ? "one-way audio: nothing from the caller"
                            : "one-way audio: nothing from the callee");
}

}  // namespace sbc::call
