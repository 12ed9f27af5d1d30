// What a relay's figures rest on: that the worker which was measured writes every packet as it must be, and
// drops what it must by name. On ports in memory, frame by frame.
#pragma once

#include <string>

#include "bench/relay/flows.h"
#include "dataplane/port/packet_pool.h"

namespace sbc::bench {

/// What is wrong; empty: nothing. EAL runs.
std::string check_relay(Family family, port::PacketPool& pool);

}  // namespace sbc::bench
