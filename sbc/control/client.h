// Client: one question to the control socket; used by sbcctl and tests. Blocks, with a limit.
#pragma once

#include <string>

#include "config/types/rate.h"

namespace sbc::control {

struct Answer {
  std::string line;   // without its end; empty when there is none
  std::string error;  // what went wrong and what to do
};

Answer ask(const std::string& socket_path, const std::string& request_line, Duration timeout);

}  // namespace sbc::control
