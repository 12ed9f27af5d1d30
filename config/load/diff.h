// Diff: what differs between two models, key by key, and whether a running process can take it over. Pure.
//
// Live is what is read anew for each decision: routes, trunks, access, header rules, signatures, timers,
// rates and counts, what a realm takes of messages, logs. What sizes memory or opens ports needs a restart. A
// reload compares the new file with the model that the process *started* with and refuses it where any change
// needs a restart; comparing with the current one tells what changed.
#pragma once

#include <string>
#include <vector>

#include "config/load/load.h"

namespace sbc::config {

struct Change {
  std::string key;   // "trunks[core].calls_max"; of a list whose names or order changed, the list: "realms"
  std::string from;  // empty = was not there
  std::string to;    // empty = is gone
  bool live = false;
  Location where;  // in the new file; of the section around it when the key itself is not there
};

/// In the order of keys. `places` are those of `to`'s load.
std::vector<Change> diff(const Model& from, const Model& to, const Places& places);

/// One problem for each change that needs a restart.
Problems restart_problems(const std::vector<Change>& changes);

}  // namespace sbc::config
