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

}  // namespace sbc::call
