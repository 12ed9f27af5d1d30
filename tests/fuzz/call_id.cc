#include "config/types/check.h"
#include "dataplane/sip/message.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {

void call_id(std::string_view bytes) {
  std::string_view found = sip::find_call_id(bytes);
  SBC_CHECK(within(found, bytes));
  sip::Message message;
  if (message.parse(bytes) == Reason::none) {
    SBC_CHECK(found == message.call_id());
  } else if (!found.empty() && message.bytes().size() <= MessageLimits{}.message_bytes_max) {
    // A refused message still is read as the same call's, or as none's.
    SBC_CHECK(message.call_id().empty() || message.call_id() == found);
  }
}

}  // namespace sbc::fuzz
