// HostList: what is known of the host names of trunks; see protocol.h.
#pragma once

#include "sbc/control/backend.h"
#include "sbc/control/call_json.h"

namespace sbc::control {

/// Of the addresses that the name stands for, those that access rules or blocks shut out, in the realm of any
/// trunk that has the name.
std::vector<IpAddress> denied_addresses(const policy::Compiled& policy, const policy::HostKey& key,
                                        const policy::HostState& state);

Json hosts_json(Backend& backend, Instant now);

}  // namespace sbc::control
