// The figures of "sip": prints them, and exits with 1 when one of them does not count. A goal that is missed
// is told, but is no error.
#include <cstdio>
#include <string>
#include <vector>

#include "bench/harness/core.h"
#include "bench/harness/options.h"
#include "bench/harness/report.h"
#include "bench/sip/classify_figures.h"
#include "bench/sip/corpus.h"
#include "bench/sip/header_search.h"
#include "bench/sip/parse_figures.h"
#include "bench/sip/rewrite_figures.h"

namespace sbc::bench {
namespace {

constexpr size_t messages_min = 30;

void add(std::vector<Figure>& all, std::vector<Figure> more) {
  all.insert(all.end(), more.begin(), more.end());
}

int run(const Options& options) {
  const std::string folder = SBC_SOURCE_DIR "/bench/corpus";
  std::vector<Sample> messages = load_messages(folder), with_attacks = messages;
  for (Sample& attack : load_messages(folder + "/attack")) with_attacks.push_back(std::move(attack));
  std::vector<Literal> few = load_literals(folder + "/signatures-100.txt");
  std::vector<Literal> many = load_literals(folder + "/signatures-3000.txt");
  if (messages.size() < messages_min || few.size() != 100 || many.size() != 3000) {
    std::fprintf(stderr, "%s: the corpus is not complete\n", folder.c_str());
    return 2;
  }
  if (!stay_on_this_core()) std::fprintf(stderr, "the core cannot be kept: more noise\n");
  std::vector<Figure> figures = parse_figures(messages, options);
  add(figures, classify_figures(with_attacks, {few, many}, options));
  add(figures, rewrite_figures(messages, options));
  const int status = show(figures, options.json, "ns/message");
  if (!options.json) std::fputs(compare_header_searches(messages, few, options).c_str(), stdout);
  return status;
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
