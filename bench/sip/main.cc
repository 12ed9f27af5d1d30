// The figures of "sip": prints them, and exits with 1 when one of them does not count. A goal that is missed
// is told, but is no error.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include "bench/harness/core.h"
#include "bench/harness/options.h"
#include "bench/harness/report.h"
#include "bench/sip/corpus.h"
#include "bench/sip/parse_figures.h"

namespace sbc::bench {
namespace {

constexpr size_t messages_min = 30;

int run(const Options& options) {
  const std::string folder = SBC_SOURCE_DIR "/bench/corpus";
  std::vector<Sample> samples = load_messages(folder);
  if (samples.size() < messages_min) {
    std::fprintf(stderr, "%s: %zu messages are no corpus\n", folder.c_str(), samples.size());
    return 2;
  }
  if (!stay_on_this_core()) std::fprintf(stderr, "the core cannot be kept: more noise\n");
  std::vector<Figure> figures = parse_figures(samples, options);
  if (options.json) {
    for (const Figure& figure : figures) std::puts(json_line(figure).c_str());
  } else {
    std::fputs(table(figures, "ns/message").c_str(), stdout);
  }
  return std::any_of(figures.begin(), figures.end(), [](const Figure& f) { return !f.invalid.empty(); });
}

}  // namespace
}  // namespace sbc::bench

int main(int count, char** words) {
  auto options = sbc::bench::parse_options({words + 1, size_t(count - 1)});
  if (!options) {
    std::fputs("sip_figures [--json] [--quick]\n", stderr);
    return 2;
  }
  return sbc::bench::run(*options);
}
