// Problem: one thing wrong with a configuration, and where the operator wrote it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/types/located.h"

namespace sbc::config {

struct Problem {
  Location where;
  std::string text;  // "KEY: 'value' – what is allowed"
};
using Problems = std::vector<Problem>;

/// "KEY: 'found' – allowed": control bytes made visible, and cut where nobody reads on.
std::string complaint(std::string_view key, std::string_view found, std::string_view allowed);

/// "sbc.yaml:12: realms[access].media.ports: '20001-30000' – the first port must be even"
std::string problem_text(const Problem& problem);

}  // namespace sbc::config
