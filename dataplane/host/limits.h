// HostLimits: bounds and pace of the IP host. The defaults are the RFCs'.
#pragma once

#include <chrono>
#include <cstdint>

#include "config/types/rate.h"

namespace sbc::host {

struct HostLimits {
  uint32_t held_max = 1024;  // packets that wait for any next hop; realms have equal shares
  uint8_t held_per_neighbour_max = 64;
  Duration probe_interval = std::chrono::seconds(1);         // RFC 4861 10: RETRANS_TIMER
  uint8_t probes_max = 3;                                    // MAX_MULTICAST_SOLICIT, MAX_UNICAST_SOLICIT
  Duration reachable_time = std::chrono::seconds(30);        // REACHABLE_TIME
  Duration pinned_reachable_time = std::chrono::seconds(5);  // of gateways and trunk peers: their liveness
  Duration forget_time = std::chrono::minutes(10);           // of neighbours that nobody uses

  // Per realm and worker (RFC 4443 2.4 (f)).
  Rate echo_rate{1000, std::chrono::seconds(1), 200};
  Rate unreachable_rate{100, std::chrono::seconds(1), 50};  // that we send
  Rate error_rate{100, std::chrono::seconds(1), 100};       // that we are sent: each may guess a mark
  Rate learned_rate{1000, std::chrono::seconds(1), 1000};   // told to other workers
};

}  // namespace sbc::host
