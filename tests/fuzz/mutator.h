// Mutator: endless variations of a few seeds, the same ones in every run.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace sbc::fuzz {

class Mutator {
 public:
  /// `seeds` must not be empty, and outlive the Mutator.
  Mutator(const std::vector<std::string>& seeds, uint32_t seed) : seeds_(seeds), random_(seed) {}

  std::string next();

 private:
  size_t below(size_t end) { return size_t(random_()) % end; }
  const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }
  void mutate(std::string& text);

  const std::vector<std::string>& seeds_;
  std::mt19937 random_;
};

}  // namespace sbc::fuzz
