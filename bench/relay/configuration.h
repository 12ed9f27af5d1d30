// The configuration that relays are measured with: two realms, a port each, as many media ports as the flows
// take.
#pragma once

#include <array>
#include <string>

#include "bench/relay/flows.h"

namespace sbc::bench {

inline constexpr unsigned descriptors = 1024;

/// Devices that exist already, one a side.
using DeviceNames = std::array<std::string, 2>;

/// What shapes the process, where this configuration is to start it.
struct Process {
  uint16_t core = 0;       // of the worker
  uint32_t megabytes = 0;  // of DPDK's memory
  bool huge = false;
};

/// YAML, as a configuration file.
std::string configuration_text(const Flows& flows, const DeviceNames& devices, const Process& process = {});

}  // namespace sbc::bench
