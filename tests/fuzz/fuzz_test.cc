// Drives every fuzz target over its seeds and thousands of mutations of them. The generator is seeded, so a
// failure repeats; under the sanitizers this is the fuzzing of every test run, libFuzzer digs deeper
// (`tests/run --fuzz SECONDS`).
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fuzz/mutator.h"
#include "tests/fuzz/targets.h"
#include "tests/grammar/message.h"

namespace sbc::fuzz {
namespace {

constexpr const char* corpus = SBC_SOURCE_DIR "/tests/fuzz/corpus/";
constexpr uint64_t generated = 50;

std::vector<std::string> seeds_of(const std::string& target) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(corpus + target))
    paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

void add_generated(std::vector<std::string>& seeds) {
  for (uint64_t seed = 0; seed < generated; ++seed) {
    grammar::Source source(seed);
    seeds.push_back(grammar::message(source).bytes);
  }
}

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
  if (target.messages) add_generated(seeds);
  for (const std::string& seed : seeds) run_exactly(target, seed);
  Mutator mutator(seeds, 20240607);
  for (int i = 0; i < target.mutations; ++i) run_exactly(target, mutator.next());
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, testing::ValuesIn(targets),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(FuzzCorpus, BelongsToATargetEach) {
  std::set<std::string> names, folders;
  for (const Target& target : targets) names.insert(target.name);
  for (const auto& entry : std::filesystem::directory_iterator(corpus))
    folders.insert(entry.path().filename().string());
  EXPECT_EQ(folders, names);
}

}  // namespace
}  // namespace sbc::fuzz
