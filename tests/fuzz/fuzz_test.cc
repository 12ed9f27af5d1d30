// Drives every fuzz target over its seeds and thousands of mutations of them. The generator is seeded, so a
// failure repeats; under the sanitizers this is the fuzzing of every test run, libFuzzer digs deeper
// (`tests/run --fuzz SECONDS`).
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fuzz/mutator.h"
#include "tests/fuzz/seeds.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

constexpr size_t generated = 50;

/// A copy of exactly the size, so that the sanitizers see the first byte read beyond it.
void run_exactly(const Target& target, const std::string& text) {
  std::unique_ptr<char[]> exact(new char[text.size()]);
  std::copy(text.begin(), text.end(), exact.get());
  target.run({exact.get(), text.size()});
}

class Fuzz : public testing::TestWithParam<Target> {};

TEST_P(Fuzz, PropertiesHoldForSeedsAndMutations) {
  const Target& target = GetParam();
  std::vector<std::string> seeds = seeds_of(target.name);
  ASSERT_GE(seeds.size(), 3u);
  if (target.messages) {
    for (std::string& message : generated_messages(generated)) seeds.push_back(std::move(message));
  }
  for (const std::string& seed : seeds) run_exactly(target, seed);
  Mutator mutator(seeds, 20240607);
  for (int i = 0; i < target.mutations; ++i) run_exactly(target, mutator.next());
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, testing::ValuesIn(targets),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(FuzzCorpus, BelongsToATargetEach) {
  std::vector<std::string> names;
  for (const Target& target : targets) names.push_back(target.name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(seeded_targets(), names);
}

}  // namespace
}  // namespace sbc::fuzz
