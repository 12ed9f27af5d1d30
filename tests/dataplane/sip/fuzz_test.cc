// Drives every fuzz target over its seeds and thousands of mutations of them. The generator is seeded, so a
// failure repeats; under the sanitizers this is the fuzzing of every test run, libFuzzer digs deeper
// (tests/fuzz/meson.build).
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

std::vector<std::string> seeds_of(const std::string& target) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(SBC_SOURCE_DIR "/tests/fuzz/corpus/" + target)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

/// What breaks parsers of this family of protocols.
const std::vector<std::string> words{"\r\n",
                                     "\r\n ",
                                     "\n",
                                     "\r",
                                     "\r\n\r\n",
                                     std::string(1, '\0'),
                                     " ",
                                     "\t",
                                     "\"",
                                     "\\",
                                     "<",
                                     ">",
                                     ",",
                                     ";",
                                     ":",
                                     "=",
                                     "@",
                                     "%",
                                     "%00",
                                     "%4",
                                     "[",
                                     "]",
                                     "[::1]",
                                     "?",
                                     "/",
                                     "*",
                                     "-",
                                     "0",
                                     "65536",
                                     "4294967296",
                                     "SIP/2.0",
                                     "SIP/2.0/UDP h",
                                     "sip:",
                                     "tel:",
                                     "Via: ",
                                     "i: x\r\n",
                                     "Call-ID: x\r\n",
                                     "l: 1\r\n",
                                     "tag=",
                                     "branch=",
                                     "m=audio 1 RTP/AVP 0\r\n",
                                     "c=IN IP4 192.0.2.1\r\n",
                                     "a=rtcp:1\r\n",
                                     "\xff"};

class Mutator {
 public:
  Mutator(const std::vector<std::string>& seeds, uint32_t seed) : seeds_(seeds), random_(seed) {}

  std::string next() {
    std::string text = pick(seeds_);
    for (size_t n = 1 + below(4); n > 0; --n) mutate(text);
    return text;
  }

 private:
  size_t below(size_t end) { return size_t(random_()) % end; }
  const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

  static void cross(std::string& text, size_t at, const std::string& other) {
    text.resize(at);
    text.append(other, std::min(at, other.size()));
  }

  void mutate(std::string& text) {
    size_t at = below(text.size() + 1), count = below(24);
    switch (below(6)) {
      case 0:
        text.insert(at, pick(words));
        break;
      case 1:
        text.erase(at, count);
        break;
      case 2:
        text.replace(at, count, pick(words));
        break;
      case 3:
        text.insert(below(text.size() + 1), std::string(text, at, count * 4));
        break;
      case 4:
        if (at < text.size()) text[at] = char(random_());
        break;
      default:
        cross(text, at, pick(seeds_));
        break;
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937 random_;
};

struct Target {
  const char* name;
  void (*run)(std::string_view);
  int mutations = 200'000;
};

class Fuzz : public testing::TestWithParam<Target> {};

TEST_P(Fuzz, PropertiesHoldForSeedsAndMutations) {
  auto [name, run, mutations] = GetParam();
  std::vector<std::string> seeds = seeds_of(name);
  ASSERT_FALSE(seeds.empty());
  for (const std::string& seed : seeds) run(seed);
  Mutator mutator(seeds, 20240607);
  for (int i = 0; i < mutations; ++i) {
    std::string text = mutator.next();
    // A copy of exactly the size, so that the sanitizers see the first byte read beyond it.
    std::unique_ptr<char[]> exact(new char[text.size()]);
    std::copy(text.begin(), text.end(), exact.get());
    run({exact.get(), text.size()});
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz,
                         testing::Values(Target{"message", message}, Target{"uri", uri},
                                         Target{"sdp", sdp, 20'000}, Target{"call_id", call_id},
                                         Target{"round_trip", round_trip}),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace sbc::fuzz
