// Violation: an invariant does not hold. Thrown by the simulation alone, never through the engine's frames;
// the runner adds the seed and the ladder.
#pragma once

#include <stdexcept>
#include <string>

namespace sbc::sim {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void expect(bool holds, const char* what) {
  if (!holds) throw Violation(what);
}
inline void expect(bool holds, const char* what, const std::string& detail) {
  if (!holds) throw Violation(std::string(what) + ": " + detail);
}

}  // namespace sbc::sim
