// The figures of "srtp": one worker of the product that relays between RTP and SRTP, ports included, next to
// DPDK's measure of the drivers that it works with, which has neither ports nor packets.
#pragma once

#include <vector>

#include "bench/harness/figure.h"
#include "bench/harness/options.h"

namespace sbc::bench {

std::vector<Figure> srtp_figures(const Options& options);

}  // namespace sbc::bench
