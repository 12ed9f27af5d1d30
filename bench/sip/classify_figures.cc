#include "bench/sip/classify_figures.h"

#include <optional>
#include <utility>
#include <vector>

#include "bench/harness/slices.h"
#include "bench/sip/classify_ours.h"
#include "bench/sip/plain_search.h"
#include "bench/sip/ruler_hyperscan.h"

namespace sbc::bench {
namespace {

constexpr size_t matches_max = 64;

/// Both sides with one list of literals.
struct Contest {
  explicit Contest(std::span<const Literal> with) : literals(with) {
    our_bytes = database_bytes([&] { ours.emplace(with); });
    ruler_bytes = database_bytes([&] { ruler.emplace(with); });
  }

  std::span<const Literal> literals;
  std::optional<OurClassifier> ours;
  std::optional<BareScan> ruler;
  size_t our_bytes = 0, ruler_bytes = 0;
};

std::string fault_in(const Contest& contest, const Sample& sample) {
  PlainSearch search(sample.bytes);
  Classification verdict = contest.ours->classify(sample.bytes, told_by_head(sample.bytes));
  std::optional<size_t> expected = search.first_of(contest.literals);
  if (verdict.dropped != expected.has_value()) return "a match is missed or made up";
  if (expected && verdict.signature != *expected) return "another signature decides";
  if (verdict.kind != Classification::Kind::request && verdict.kind != Classification::Kind::response)
    return "it is not taken for SIP";
  size_t matches = search.count(contest.literals);
  if (contest.ruler->count(sample.bytes) != matches) return "the ruler's matches are others";
  return matches > matches_max ? "it matches too often" : "";
}

/// Why the figures would mean nothing; empty when all is as it must be.
std::string fault_of(const Contest& contest, std::span<const Sample> samples) {
  if (contest.our_bytes != contest.ruler_bytes) return "the databases are of different sizes";
  size_t dropped = 0;
  for (const Sample& sample : samples) {
    if (std::string fault = fault_in(contest, sample); !fault.empty()) return sample.name + ": " + fault;
    dropped += contest.ours->classify(sample.bytes, told_by_head(sample.bytes)).dropped;
  }
  return dropped == 0 || dropped == samples.size() ? "the corpus needs clean messages and attacks" : "";
}

TimedPasses timed(const OurClassifier& ours, std::span<const Sample> samples, const Options& options) {
  std::vector<std::pair<std::string_view, policy::Hiding>> datagrams;
  for (const Sample& sample : samples) datagrams.emplace_back(sample.bytes, told_by_head(sample.bytes));
  auto pass = [&ours, datagrams = std::move(datagrams)] {
    uint64_t sum = 0;
    for (const auto& [bytes, hiding] : datagrams) {
      Classification verdict = ours.classify(bytes, hiding);
      sum += uint64_t(verdict.kind) + verdict.signature + verdict.dropped;
    }
    return sum;
  };
  return TimedPasses(std::move(pass), samples.size(), options.slice_ns);
}

TimedPasses timed(const BareScan& ruler, std::span<const Sample> samples, const Options& options) {
  auto pass = [&ruler, samples] {
    for (const Sample& sample : samples) ruler.scan(sample.bytes);
    return uint64_t(0);
  };
  return TimedPasses(pass, samples.size(), options.slice_ns);
}

Figure measure(const Definition& definition, TimedPasses a, TimedPasses b, const Options& options) {
  auto pairs = alternate([&] { return a.run(); }, [&] { return b.run(); }, options.pairs);
  if (!a.steady() || !b.steady()) return invalid_figure(definition, "a verdict changed while the clock ran");
  return figure_of(definition, pairs);
}

}  // namespace

std::vector<Figure> classify_figures(std::span<const Sample> samples, const SignatureLists& lists,
                                     const Options& options) {
  constexpr Definition against_scan{"classify_vs_hs_scan", Ratio::ours_to_ruler, 1.15};
  constexpr Definition growth{"classify_growth", Ratio::ours_to_ruler, 2.5};
  Contest few(lists.few), many(lists.many);
  std::string few_fault = fault_of(few, samples), many_fault = fault_of(many, samples);
  std::string any_fault = few_fault.empty() ? many_fault : few_fault;
  return {few_fault.empty() ? measure(against_scan, timed(*few.ours, samples, options),
                                      timed(*few.ruler, samples, options), options)
                            : invalid_figure(against_scan, few_fault),
          any_fault.empty() ? measure(growth, timed(*many.ours, samples, options),
                                      timed(*few.ours, samples, options), options)
                            : invalid_figure(growth, any_fault)};
}

}  // namespace sbc::bench
