#include "bench/harness/figure.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "bench/harness/statistics.h"

namespace sbc::bench {

namespace {

double compared(Ratio ratio, const Pair& pair) {
  if (ratio == Ratio::ours_less_ruler) return pair.ours - pair.ruler;
  return ratio == Ratio::ruler_to_ours ? pair.ruler / pair.ours : pair.ours / pair.ruler;
}

}  // namespace

bool Figure::reached() const {
  if (!invalid.empty()) return false;
  return definition.ratio == Ratio::ruler_to_ours ? value >= definition.goal : value <= definition.goal;
}

Figure figure_of(const Definition& definition, std::span<const Pair> pairs) {
  std::vector<double> ours, ruler, ratios;
  for (const Pair& pair : pairs) {
    if (pair.ours <= 0 || pair.ruler <= 0) return invalid_figure(definition, "a slice took no time");
    ours.push_back(pair.ours);
    ruler.push_back(pair.ruler);
    ratios.push_back(compared(definition.ratio, pair));
  }
  if (pairs.size() < pairs_min) return invalid_figure(definition, "too few pairs were measured");
  Figure figure;
  figure.definition = definition;
  figure.value = median(ratios);
  figure.ours = median(ours);
  figure.ruler = median(ruler);
  figure.pairs = pairs.size();
  figure.spread = {quantile(ratios, 0.1), quantile(ratios, 0.9)};
  return figure;
}

Figure figure_of(const Definition& definition, std::span<const double> slices) {
  std::vector<double> costs(slices.begin(), slices.end());
  if (std::any_of(costs.begin(), costs.end(), [](double cost) { return cost <= 0; }))
    return invalid_figure(definition, "a slice took no time");
  if (costs.size() < pairs_min) return invalid_figure(definition, "too few slices were measured");
  Figure figure;
  figure.definition = definition;
  figure.value = figure.ours = median(costs);
  figure.pairs = costs.size();
  figure.spread = {quantile(costs, 0.1), quantile(costs, 0.9)};
  return figure;
}

Figure invalid_figure(const Definition& definition, std::string reason) {
  Figure figure;
  figure.definition = definition;
  figure.invalid = std::move(reason);
  return figure;
}

}  // namespace sbc::bench
