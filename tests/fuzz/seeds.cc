#include "tests/fuzz/seeds.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/grammar/message.h"

namespace sbc::fuzz {
namespace {

std::vector<std::filesystem::path> sorted_paths(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(SBC_SOURCE_DIR "/tests/fuzz/corpus/" + folder)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::vector<std::string> seeds_of(const std::string& target) {
  std::vector<std::string> seeds;
  for (const auto& path : sorted_paths(target)) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

std::vector<std::string> seeded_targets() {
  std::vector<std::string> names;
  for (const auto& path : sorted_paths("")) names.push_back(path.filename());
  return names;
}

std::vector<std::string> generated_messages(size_t count) {
  std::vector<std::string> messages;
  for (uint64_t seed = 0; seed < count; ++seed) {
    grammar::Source source(seed);
    messages.push_back(grammar::message(source).bytes);
  }
  return messages;
}

}  // namespace sbc::fuzz
