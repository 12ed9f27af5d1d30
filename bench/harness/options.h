// What a benchmark program may be told: --json, --quick.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace sbc::bench {

struct Options {
  bool json = false;  // one line a figure and nothing else on stdout
  bool quick = false;
  size_t pairs = 31;               // per figure
  uint64_t slice_ns = 20'000'000;  // of ours or the ruler
};

/// nullopt when a word is unknown. --quick: fewer and shorter slices, the same figures with more noise.
std::optional<Options> parse_options(std::span<const char* const> words);

}  // namespace sbc::bench
