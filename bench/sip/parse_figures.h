// parse_vs_sofia, parse_vs_osip, parse_vs_re, parse_vs_bitmap: reading everything that the back-to-back user
// agent reads. A figure counts when both sides read the same values from every message, and when what they
// fold while the clock runs is the same too.
#pragma once

#include <span>
#include <vector>

#include "bench/harness/figure.h"
#include "bench/harness/options.h"
#include "bench/sip/corpus.h"

namespace sbc::bench {

std::vector<Figure> parse_figures(std::span<const Sample> samples, const Options& options);

}  // namespace sbc::bench
