#include "bench/harness/statistics.h"

#include <gtest/gtest.h>

namespace sbc::bench {
namespace {

TEST(Statistics, MedianOfAnOddNumberIsTheOneInTheMiddle) { EXPECT_EQ(median({9, 1, 5}), 5); }

TEST(Statistics, MedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle) { EXPECT_EQ(median({4, 1, 3, 100}), 3.5); }

TEST(Statistics, QuantilesAreInterpolated) {
  std::vector<double> values{0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100};
  EXPECT_DOUBLE_EQ(quantile(values, 0.1), 10);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 25);
  EXPECT_DOUBLE_EQ(quantile(values, 0.9), 90);
}

TEST(Statistics, TheEndsAreTheSmallestAndTheLargest) {
  EXPECT_EQ(quantile({3, 1, 2}, 0), 1);
  EXPECT_EQ(quantile({3, 1, 2}, 1), 3);
}

TEST(Statistics, OfOneItIsThatOneAndOfNoneZero) {
  EXPECT_EQ(quantile({7}, 0.9), 7);
  EXPECT_EQ(quantile({}, 0.9), 0);
}

}  // namespace
}  // namespace sbc::bench
