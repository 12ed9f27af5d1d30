// Flows: the calls that ladders are drawn of (ladders/*.txt, by the same names).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/network.h"
#include "tests/sim/script.h"
#include "tests/sim/topology.h"

namespace sbc::sim {

class World;

/// What happens besides.
struct Happening {
  Duration after{};
  std::function<void(World&)> what{};
};

struct Flow {
  CallerScript caller;
  std::vector<CalleeScript> attempts{{}};
  std::map<std::string, CalleeScript> others{};  // by number
  Limits limits{};
  std::optional<CallerScript> consultation{};  // of the same telephone, a second later
  Weather weather{};
  uint64_t seed = 1;
  Family family = Family::v4;      // of the caller,
  std::optional<PeerName> from{};  // or it is this peer
  std::vector<Happening> happenings{};
  bool shows_media = false;        // the ladder tells where SDP wants it
  bool moves = !limits.carry_out;  // what is being transferred stays where it is
};

using Flows = std::map<std::string, Flow>;
const Flows& flows();

}  // namespace sbc::sim
