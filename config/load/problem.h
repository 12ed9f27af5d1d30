// Problem: one thing wrong with a configuration, and where the operator wrote it.
#pragma once

#include <string>
#include <vector>

#include "config/types/located.h"

namespace sbc::config {

struct Problem {
  Location where;
  std::string text;  // "KEY: 'value' – what is allowed"
};
using Problems = std::vector<Problem>;

/// "sbc.yaml:12: realms[access].media.ports: '20001-30000' – the first port must be even"
std::string problem_text(const Problem& problem);

}  // namespace sbc::config
