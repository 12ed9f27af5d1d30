// The figures of "calls" in memory: prints them, and exits with 1 when one of them does not count. A goal
// that is missed is told, but is no error.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

#include "bench/calls/call_figures.h"
#include "bench/harness/options.h"
#include "bench/harness/report.h"

namespace sbc::bench {
namespace {

constexpr const char* usage = "calls_figures [--json] [--quick] [--up CALLS]\n";

/// Takes "--up CALLS" out of the words; false where CALLS is none.
bool take_calls(std::vector<const char*>& words, uint32_t& calls) {
  auto at = std::find_if(words.begin(), words.end(), [](std::string_view word) { return word == "--up"; });
  if (at == words.end()) return true;
  if (at + 1 == words.end()) return false;
  std::string_view number = at[1];
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), calls);
  bool fine = error == std::errc() && end == number.data() + number.size() && calls > few_calls &&
              calls <= many_calls;
  words.erase(at, at + 2);
  return fine;
}

int run(const Options& options, uint32_t many) {
  return show(call_figures(options, many), options.json, "us/call");
}

}  // namespace
}  // namespace sbc::bench

int main(int count, char** arguments) {
  std::vector<const char*> words(arguments + 1, arguments + count);
  uint32_t many = sbc::bench::many_calls;
  bool fine = sbc::bench::take_calls(words, many);
  auto options = sbc::bench::parse_options(words);
  if (!fine || !options) {
    std::fputs(sbc::bench::usage, stderr);
    return 2;
  }
  return sbc::bench::run(*options, many);
}
