// Flows: the calls that ladders are drawn of (ladders/*.txt, by the same names).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/network.h"
#include "tests/sim/script.h"
#include "tests/sim/topology.h"

namespace sbc::sim {

struct Flow {
  CallerScript caller;
  std::vector<CalleeScript> attempts{{}};
  std::map<std::string, CalleeScript> others{};  // by number
  Limits limits{};
  std::optional<CallerScript> consultation{};  // of the same telephone, a second later
  Weather weather{};
  uint64_t seed = 1;
};

using Flows = std::map<std::string, Flow>;
const Flows& flows();

}  // namespace sbc::sim
