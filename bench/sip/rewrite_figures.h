// rewrite_vs_sofia: parsing an INVITE and writing it for the other leg. The figure counts when what either
// side writes is read the same by both.
#pragma once

#include <span>
#include <vector>

#include "bench/harness/figure.h"
#include "bench/harness/options.h"
#include "bench/sip/corpus.h"

namespace sbc::bench {

/// Of `samples`, the INVITEs with SDP are used.
std::vector<Figure> rewrite_figures(std::span<const Sample> samples, const Options& options);

}  // namespace sbc::bench
