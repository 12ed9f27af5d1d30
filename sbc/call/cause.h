// Q.850 causes of SIP statuses (RFC 3398 8.2.6.1), for CDRs.
#pragma once

#include <cstdint>

#include "dataplane/sip/message.h"

namespace sbc::call {

inline constexpr uint16_t cause_normal_clearing = 16, cause_redirected = 23;

uint16_t cause_of(int status);

/// The Q.850 cause among the Reason values (RFC 3326 2: of several protocols, in any order), or `otherwise`.
uint16_t cause_in(const sip::Message& message, uint16_t otherwise);

}  // namespace sbc::call
