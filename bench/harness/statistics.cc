#include "bench/harness/statistics.h"

#include <algorithm>
#include <cmath>

namespace sbc::bench {

double quantile(std::vector<double> values, double p) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  double place = p * double(values.size() - 1);
  double below = std::floor(place);
  double low = values[size_t(below)];
  double high = values[std::min(size_t(below) + 1, values.size() - 1)];
  return low + (high - low) * (place - below);
}

}  // namespace sbc::bench
