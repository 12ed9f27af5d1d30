// Order statistics of a few measured numbers.
#pragma once

#include <vector>

namespace sbc::bench {

/// The p-quantile, 0 <= p <= 1, interpolated between neighbours; of nothing it is 0.
double quantile(std::vector<double> values, double p);
inline double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

}  // namespace sbc::bench
