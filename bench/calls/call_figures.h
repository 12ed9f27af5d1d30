// The figures of calls in memory: what a call costs a worker, and how that grows with the calls that are up.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/harness/figure.h"
#include "bench/harness/options.h"

namespace sbc::bench {

inline constexpr uint32_t few_calls = 1'000, many_calls = 1'000'000;

/// call_us with few calls up, call_growth from few to `many`. Where `many` is not many_calls the growth has
/// the number in its name: it is another figure.
std::vector<Figure> call_figures(const Options& options, uint32_t many);

}  // namespace sbc::bench
