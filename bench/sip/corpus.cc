#include "bench/sip/corpus.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sbc::bench {

std::vector<Sample> load_messages(const std::string& folder) {
  std::vector<Sample> samples;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".sip") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    samples.push_back({entry.path().filename(), std::string(std::istreambuf_iterator<char>(file), {})});
  }
  std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.name < b.name; });
  return samples;
}

std::vector<Literal> load_literals(const std::string& file) {
  std::vector<Literal> literals;
  std::ifstream lines(file, std::ios::binary);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("c ") || line.starts_with("n "))
      literals.push_back({line.substr(2), line[0] == 'c'});
  }
  return literals;
}

}  // namespace sbc::bench
