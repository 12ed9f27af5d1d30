// Phrases: what responses of ours say again and again, for the tombstones of transactions.
#pragma once

#include <array>
#include <string_view>

#include "policy/topology/info_body.h"
#include "sbc/call/compose.h"

namespace sbc::call {

inline constexpr std::array<std::string_view, 18> phrases{
    "Contact: <sip:",       "Allow: ",
    offered_methods,        "Accept: ",
    accepted_types,         policy::info_body_types,
    "Require: timer\r\n",   "Supported: timer\r\n",
    "Supported: ",          "Session-Expires: ",
    "Retry-After: ",        "Min-SE: ",
    "Unsupported: ",        "Recv-Info: ",
    "Reason: Q.850;cause=", "Reason: SIP;cause=",
    "Priority: ",           "\r\n",
};

}  // namespace sbc::call
