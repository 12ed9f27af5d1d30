// The answer to `signatures`: the rules in force and how often each matched. See protocol.h.
#pragma once

#include "sbc/control/backend.h"
#include "sbc/control/call_json.h"

namespace sbc::control {

Json signatures_json(Backend& backend, const Json& arguments);

}  // namespace sbc::control
