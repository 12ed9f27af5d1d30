#include "bench/harness/options.h"

#include <vector>

#include <gtest/gtest.h>

#include "bench/harness/figure.h"

namespace sbc::bench {
namespace {

std::optional<Options> parsed(std::vector<const char*> words) { return parse_options(words); }

TEST(Options, NoneMeansATableOfManyPairs) {
  auto options = parsed({});
  ASSERT_TRUE(options);
  EXPECT_FALSE(options->json);
  EXPECT_GE(options->pairs, pairs_min);
}

TEST(Options, QuickIsShorterAndStillEnough) {
  auto options = parsed({"--quick", "--json"});
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->json);
  EXPECT_EQ(options->pairs, pairs_min);
  EXPECT_LT(options->slice_ns, Options{}.slice_ns);
}

TEST(Options, OtherWordsAreRefused) { EXPECT_FALSE(parsed({"--jason"})); }

}  // namespace
}  // namespace sbc::bench
