// Play: runs a world in a test. What goes wrong is reported with the seed and the last rungs of the ladder,
// also when the engine's own check aborts the process.
//
// Environment: SBC_SIM_SEEDS is how many seeds the chaos runs, SBC_SIM_CALLS how many calls at least where a
// tenth of messages meets a fault (tests/run --calls), SBC_SIM_SEED the one seed to run with every message
// drawn.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "tests/sim/world.h"

namespace sbc::sim {

/// False, and the current test has failed, where something was violated.
bool play(const WorldOptions& options, const std::function<void(World&)>& scene);

std::optional<uint64_t> chosen_seed();
std::optional<uint64_t> chosen_calls();
uint64_t chosen_count(uint64_t otherwise);

}  // namespace sbc::sim
