#include "bench/harness/options.h"

#include <string_view>

#include "bench/harness/figure.h"

namespace sbc::bench {

std::optional<Options> parse_options(std::span<const char* const> words) {
  Options options;
  for (std::string_view word : words) {
    if (word == "--json") {
      options.json = true;
    } else if (word == "--quick") {
      options.quick = true;
      options.pairs = pairs_min;
      options.slice_ns = 4'000'000;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

}  // namespace sbc::bench
