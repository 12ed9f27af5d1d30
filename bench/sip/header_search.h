// Evidence, no figure: where a message's header fields begin, found by literals in a Hyperscan scan
// ("\nVia:") or by the index of its lines.
#pragma once

#include <span>
#include <string>

#include "bench/harness/options.h"
#include "bench/sip/corpus.h"

namespace sbc::bench {

/// A few lines for people. `literals`: what a scan looks for anyway.
std::string compare_header_searches(std::span<const Sample> samples, std::span<const Literal> literals,
                                    const Options& options);

}  // namespace sbc::bench
