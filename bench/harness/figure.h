// Figure: one number that a benchmark yields: ours against a ruler, measured in pairs of neighbouring slices.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace sbc::bench {

/// What a slice of ours and the slice of the ruler beside it cost per item (ns, cycles, …).
struct Pair {
  double ours = 0, ruler = 0;
};

/// Which way the ratio goes, so that it reads well: how many times as fast, or how many times as dear.
enum class Ratio { ruler_to_ours, ours_to_ruler };

/// Fewer pairs are no measurement.
inline constexpr size_t pairs_min = 11;

struct Definition {
  std::string_view name;
  Ratio ratio = Ratio::ruler_to_ours;
  double goal = 0;  // at least, for ruler_to_ours; at most, for ours_to_ruler
};

struct Figure {
  Definition definition;
  std::string invalid;         // why the figure does not count; empty: it does
  double value = 0;            // the median of the pairs' ratios
  double ours = 0, ruler = 0;  // medians of what an item cost
  size_t pairs = 0;
  std::array<double, 2> spread{};  // the middle 80 % of the pairs' ratios

  bool reached() const;
};

Figure figure_of(const Definition& definition, std::span<const Pair> pairs);
Figure invalid_figure(const Definition& definition, std::string reason);

}  // namespace sbc::bench
