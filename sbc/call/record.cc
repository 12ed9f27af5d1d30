#include "sbc/call/record.h"

namespace sbc::call {

std::string_view text_of(Releaser releaser) {
  switch (releaser) {
    case Releaser::nobody:
      return "nobody";
    case Releaser::caller:
      return "caller";
    case Releaser::callee:
      return "callee";
    case Releaser::sbc:
      return "sbc";
  }
  return "";
}

std::string_view text_of(CallState state) {
  switch (state) {
    case CallState::routing:
      return "routing";
    case CallState::calling:
      return "calling";
    case CallState::ringing:
      return "ringing";
    case CallState::answered:
      return "answered";
    case CallState::ending:
      return "ending";
  }
  return "";
}

std::string_view text_of(Audio audio) {
  switch (audio) {
    case Audio::unknown:
      break;
    case Audio::both:
      return "both";
    case Audio::from_caller:
      return "from caller only";
    case Audio::from_callee:
      return "from callee only";
    case Audio::none:
      return "none";
  }
  return "";
}

Audio audio_of(const CallRecord& record) {
  if (record.answered.ns == 0 || !record.has_audio) return Audio::unknown;
  const bool caller = record.caller.media.packets != 0, callee = record.callee.media.packets != 0;
  if (caller && callee) return Audio::both;
  if (caller) return Audio::from_caller;
  return callee ? Audio::from_callee : Audio::none;
}

}  // namespace sbc::call
