// The core that a benchmark runs on.
#pragma once

namespace sbc::bench {

/// Keeps this thread on the core where it is. False where the system forbids that: the figures are noisier
/// then.
bool stay_on_this_core();
/// Moves it to another first.
bool stay_on_core(int core);

}  // namespace sbc::bench
