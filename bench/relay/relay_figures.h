// The figures of "relay" on ports that replay captures: one worker of the product against dpdk-testpmd with
// the same captures, on the same core, in turns.
#pragma once

#include <vector>

#include "bench/harness/figure.h"
#include "bench/harness/options.h"

namespace sbc::bench {

inline constexpr uint32_t few_flows = 1'024, many_flows = 65'536, million_flows = 1'000'000;

std::vector<Figure> relay_figures(const Options& options);

}  // namespace sbc::bench
