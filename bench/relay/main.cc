// The figures of "relay".
#include <cstdio>

#include "bench/harness/report.h"
#include "bench/relay/relay_figures.h"

int main(int count, char** arguments) {
  using namespace sbc::bench;
  auto options = parse_options({arguments + 1, arguments + count});
  if (!options) {
    std::fputs("relay_figures [--json] [--quick]\n", stderr);
    return 2;
  }
  return show(relay_figures(*options), options->json, "cycles/packet");
}
