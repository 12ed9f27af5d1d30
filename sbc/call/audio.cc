// Whether each side is heard where both should be: one-way audio is what users suffer from most, and nothing
// in the signalling tells of it.
#include "sbc/call/impl.h"

namespace sbc::call {
namespace {

constexpr uint8_t side_bit(unsigned side) { return uint8_t(1u << side); }

}  // namespace

/// What was agreed on now is to be seen from now on.
void Engine::Impl::expect_media(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  call.media_since = s.now;
  call.heard = 0;
  const Duration after = s.policy.model->timers.audio_check;
  if (call.answered() && after > Duration(0)) arm(handle, CallTimer::audio_check, s.now + after);
}

/// A bit for each side; who pauses by comfort noise is there.
uint8_t Engine::Impl::sides_heard(const Surroundings& s, const Call& call, Instant since) const {
  uint8_t heard = 0;
  for (unsigned side : {caller_side, callee_side}) {
    const media::SideStats stats = call.anchor.stats(side, streams, s.media);
    if (stats.paused || stats.last_packet >= since) heard |= side_bit(side);
  }
  return heard;
}

void Engine::Impl::check_audio(const Surroundings& s, lane::Handle handle) {
  Call& call = calls[handle];
  call.heard |= sides_heard(s, call, call.media_since);
  tell_silence(s, call, call.heard);
}

/// Told once in a call: one that is silent by habit (silence suppression without comfort noise, who only
/// listens) is not told of with every refresh. What ends a call that stays silent is check_media().
void Engine::Impl::tell_silence(const Surroundings& s, Call& call, uint8_t heard) {
  if (call.audio_told || !call.anchor.expects_audio(streams)) return;
  if (heard == (side_bit(caller_side) | side_bit(callee_side))) return;
  call.audio_told = true;
  if (heard == 0)
    return log(s, Severity::warning, Reason::none, call, caller_side, "no audio from either side");
  const unsigned silent = heard == side_bit(caller_side) ? callee_side : caller_side;
  log(s, Severity::warning, Reason::none, call, silent,
      silent == caller_side ? "one-way audio: nothing from the caller"
                            : "one-way audio: nothing from the callee");
}

}  // namespace sbc::call
