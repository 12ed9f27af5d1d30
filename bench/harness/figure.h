// Figure: one number that a benchmark yields: ours against a ruler, measured in pairs of neighbouring slices,
// or ours alone.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbc::bench {

/// What a slice of ours and the slice of the ruler beside it cost per item (ns, cycles, …).
struct Pair {
  double ours = 0, ruler = 0;
};

/// Which way the ratio goes, so that it reads well: how many times as fast, or how many times as dear. Or it
/// is no ratio but what an item of ours costs, alone or on top of the ruler's.
enum class Ratio { ruler_to_ours, ours_to_ruler, ours_less_ruler, ours_alone };

/// Fewer pairs, or slices of ours alone, are no measurement.
inline constexpr size_t pairs_min = 11;

struct Definition {
  std::string_view name;
  Ratio ratio = Ratio::ruler_to_ours;
  double goal = 0;              // at least, for ruler_to_ours; at most otherwise
  std::string_view unit = "x";  // of the value
};

/// A number that explains a figure.
struct Beside {
  std::string_view name;
  double value = 0;
};

struct Figure {
  Definition definition;
  std::string invalid;             // why the figure does not count; empty: it does
  double value = 0;                // the median of the pairs' ratios, or of the slices
  double ours = 0, ruler = 0;      // medians of what an item cost
  size_t pairs = 0;                // or slices
  std::array<double, 2> spread{};  // the middle 80 % of the same
  std::vector<Beside> beside;

  bool reached() const;
};

Figure figure_of(const Definition& definition, std::span<const Pair> pairs);
/// Of ours alone.
Figure figure_of(const Definition& definition, std::span<const double> slices);
Figure invalid_figure(const Definition& definition, std::string reason);

}  // namespace sbc::bench
