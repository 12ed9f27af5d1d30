// classify_vs_hs_scan and classify_growth: what a message pays before it is parsed. The figures count when
// our verdict on every message is that of a plain search for every literal, and when both databases are the
// same.
#pragma once

#include <span>
#include <vector>

#include "bench/harness/figure.h"
#include "bench/harness/options.h"
#include "bench/sip/corpus.h"

namespace sbc::bench {

struct SignatureLists {
  std::span<const Literal> few, many;
};

/// `samples`: clean messages and attacks.
std::vector<Figure> classify_figures(std::span<const Sample> samples, const SignatureLists& lists,
                                     const Options& options);

}  // namespace sbc::bench
