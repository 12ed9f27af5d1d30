// Overview: the answers that need no worker's help: status, trunks, drops, deviations and limits, read from
// counters. See protocol.h.
#pragma once

#include "sbc/control/backend.h"
#include "sbc/control/call_json.h"
#include "sbc/control/sampler.h"

namespace sbc::control {

struct Identity {
  std::string version;
  Instant started;
};

Json status_json(Backend& backend, const Sampler& sampler, const Identity& identity, Instant now);
Json drops_json(Backend& backend);
Json deviations_json(Backend& backend);
Json trunk_list_json(Backend& backend, Instant now);
Json limits_json(Backend& backend, const Sampler& sampler);

}  // namespace sbc::control
