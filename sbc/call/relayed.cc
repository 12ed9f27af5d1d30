#include "sbc/call/relayed.h"

#include "dataplane/sip/text.h"
#include "dataplane/sip/values.h"

namespace sbc::call {
namespace {

bool concerns_our_leg(int status) {
  switch (status) {
    case 401:
    case 405:
    case 407:
    case 413:
    case 414:
    case 415:
    case 416:
    case 420:
    case 421:
    case 422:
    case 423:
    case 494:
    case 505:
    case 513:
      return true;
    default:
      return false;
  }
}

}  // namespace

int relayed_status(int status, bool inside_call) {
  if (status < 400) return inside_call ? 488 : 480;
  if (!concerns_our_leg(status)) return status;
  return inside_call || status == 415 ? 488 : 500;
}

int forwarded_status(int status) {
  if (status < 300 || status == 415) return status;
  if (status == 408) return 500;
  return status == 405 ? 501 : relayed_status(status, true);
}

bool is_method_refused(int status) { return status == 405 || status == 420 || status == 501; }

Duration retry_after_in(const sip::Message& response) {
  constexpr uint32_t seconds_max = 24 * 3600;  // nobody should be kept away longer by one response
  std::string_view value = response.value(sip::Header::retry_after);
  auto seconds = sip::parse_number(sip::trim(value.substr(0, value.find_first_of("(;"))));
  return std::chrono::seconds(seconds && *seconds <= seconds_max ? *seconds : 0);
}

}  // namespace sbc::call
