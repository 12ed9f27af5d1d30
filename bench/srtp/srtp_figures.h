// The figures of "srtp": the product's transformer next to DPDK's measure of the drivers that it works with.
// The transformer alone: its packets come from memory, not from a port.
#pragma once

#include <vector>

#include "bench/harness/figure.h"
#include "bench/harness/options.h"

namespace sbc::bench {

std::vector<Figure> srtp_figures(const Options& options);

}  // namespace sbc::bench
