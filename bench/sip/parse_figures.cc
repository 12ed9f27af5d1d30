#include "bench/sip/parse_figures.h"

#include "bench/harness/slices.h"
#include "bench/sip/parsers.h"
#include "bench/sip/ruler_bitmap.h"

namespace sbc::bench {
namespace {

constexpr const char* timed_fault = "what was read while the clock ran differs";

/// Why the two cannot be compared; empty when every message yields the same checksum.
std::string disagreement(const Parser& ours, const Parser& ruler, std::span<const Sample> samples) {
  for (const Sample& sample : samples) {
    Listing a, b;
    if (!ours.list(sample.bytes, a)) return std::string(ours.name) + " refuse " + sample.name;
    if (!ruler.list(sample.bytes, b)) return std::string(ruler.name) + " refuses " + sample.name;
    if (a.checksum() != b.checksum()) return sample.name + ": " + difference(a, b);
  }
  return {};
}

uint64_t fold_all(const Parser& parser, std::span<const Sample> samples) {
  Fold fold;
  for (const Sample& sample : samples) parser.fold(sample.bytes, fold);
  return fold.sum();
}

TimedPasses timed(const Parser& parser, std::span<const Sample> samples, const Options& options) {
  auto pass = [&parser, samples] { return fold_all(parser, samples); };
  return TimedPasses(pass, samples.size(), options.slice_ns);
}

Figure compare(const Definition& definition, const Parser& ruler, std::span<const Sample> samples,
               const Options& options) {
  if (std::string why = disagreement(our_parser, ruler, samples); !why.empty())
    return invalid_figure(definition, std::move(why));
  TimedPasses a = timed(our_parser, samples, options), b = timed(ruler, samples, options);
  auto pairs = alternate([&] { return a.run(); }, [&] { return b.run(); }, options.pairs);
  if (!a.steady() || !b.steady() || a.result() != b.result()) return invalid_figure(definition, timed_fault);
  return figure_of(definition, pairs);
}

/// The ruler copies what ours and sofia-sip agree on.
Figure compare_with_bitmap(std::span<const Sample> samples, const Options& options) {
  constexpr Definition definition{"parse_vs_bitmap", Ratio::ours_to_ruler, 3};
  if (std::string why = disagreement(our_parser, sofia_parser, samples); !why.empty())
    return invalid_figure(definition, std::move(why));
  std::vector<BitmapTask> tasks;
  for (const Sample& sample : samples) {
    Listing values;
    our_parser.list(sample.bytes, values);
    tasks.emplace_back(sample.bytes, values);
    if (std::string why = tasks.back().fault(); !why.empty())
      return invalid_figure(definition, sample.name + ": " + why);
  }
  TimedPasses a = timed(our_parser, samples, options);
  TimedPasses b([&] { return run_bitmap(tasks); }, samples.size(), options.slice_ns);
  auto pairs = alternate([&] { return a.run(); }, [&] { return b.run(); }, options.pairs);
  if (!a.steady() || !b.steady() || a.result() != fold_all(sofia_parser, samples))
    return invalid_figure(definition, timed_fault);
  return figure_of(definition, pairs);
}

}  // namespace

std::vector<Figure> parse_figures(std::span<const Sample> samples, const Options& options) {
  start_osip();
  start_re();
  return {compare({"parse_vs_sofia", Ratio::ruler_to_ours, 8}, sofia_parser, samples, options),
          compare({"parse_vs_osip", Ratio::ruler_to_ours, 20}, osip_parser, samples, options),
          compare({"parse_vs_re", Ratio::ruler_to_ours, 30}, re_parser, samples, options),
          compare_with_bitmap(samples, options)};
}

}  // namespace sbc::bench
