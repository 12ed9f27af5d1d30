// The figures of "srtp".
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
  return show(srtp_figures(*options), options->json, "cycles/packet");
}
