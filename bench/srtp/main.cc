// The figures of "srtp": prints them, and exits with 1 when one of them does not count. A goal that is
// missed is told, but is no error.
#include <algorithm>
#include <cstdio>

#include "bench/harness/report.h"
#include "bench/srtp/srtp_figures.h"

int main(int count, char** arguments) {
  using namespace sbc::bench;
  auto options = parse_options({arguments + 1, arguments + count});
  if (!options) {
    std::fputs("srtp_figures [--json] [--quick]\n", stderr);
    return 2;
  }
  const std::vector<Figure> figures = srtp_figures(*options);
  if (options->json) {
    for (const Figure& figure : figures) std::puts(json_line(figure).c_str());
  } else {
    std::fputs(table(figures, "cycles/packet").c_str(), stdout);
  }
  return std::any_of(figures.begin(), figures.end(),
                     [](const Figure& figure) { return !figure.invalid.empty(); });
}
