// HostList: what is known of the host names of trunks; see protocol.h.
#pragma once

#include "sbc/control/backend.h"
#include "sbc/control/call_json.h"

namespace sbc::control {

Json hosts_json(Backend& backend, Instant now);

}  // namespace sbc::control
