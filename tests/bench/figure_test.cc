#include "bench/harness/figure.h"

#include <vector>

#include <gtest/gtest.h>

namespace sbc::bench {
namespace {

/// Eleven pairs whose ruler is 1, 2, … 11 times as slow as ours.
std::vector<Pair> eleven_pairs() {
  std::vector<Pair> pairs;
  for (int i = 1; i <= 11; ++i) pairs.push_back({10, 10.0 * i});
  return pairs;
}

TEST(Figure, SpeedUpIsTheMedianOfThePairsRatios) {
  Figure figure = figure_of({"f", Ratio::ruler_to_ours, 6}, eleven_pairs());
  EXPECT_EQ(figure.invalid, "");
  EXPECT_DOUBLE_EQ(figure.value, 6);
  EXPECT_DOUBLE_EQ(figure.ours, 10);
  EXPECT_DOUBLE_EQ(figure.ruler, 60);
  EXPECT_EQ(figure.pairs, 11u);
}

TEST(Figure, TheMedianOfRatiosIsNotTheRatioOfMedians) {
  std::vector<Pair> pairs(5, Pair{1, 2});
  pairs.insert(pairs.end(), 6, Pair{100, 300});
  Figure figure = figure_of({"f", Ratio::ruler_to_ours, 1}, pairs);
  EXPECT_DOUBLE_EQ(figure.value, 3);
  pairs.insert(pairs.end(), 4, Pair{1, 2});
  EXPECT_DOUBLE_EQ(figure_of({"f", Ratio::ruler_to_ours, 1}, pairs).value, 2);
}

TEST(Figure, CostIsTheOtherWayRound) {
  std::vector<Pair> pairs(11, Pair{30, 10});
  EXPECT_DOUBLE_EQ(figure_of({"f", Ratio::ours_to_ruler, 3}, pairs).value, 3);
}

TEST(Figure, WhatOursAddsIsADifference) {
  std::vector<Pair> pairs(11, Pair{30, 10});
  Figure figure = figure_of({"f", Ratio::ours_less_ruler, 20}, pairs);
  EXPECT_DOUBLE_EQ(figure.value, 20);
  EXPECT_TRUE(figure.reached());
}

TEST(Figure, TheSpreadIsTheMiddleEightyPercent) {
  Figure figure = figure_of({"f", Ratio::ruler_to_ours, 6}, eleven_pairs());
  EXPECT_DOUBLE_EQ(figure.spread[0], 2);
  EXPECT_DOUBLE_EQ(figure.spread[1], 10);
}

TEST(Figure, AGoalIsReachedFromTheRightSide) {
  std::vector<Pair> pairs(11, Pair{10, 20});
  EXPECT_TRUE(figure_of({"f", Ratio::ruler_to_ours, 2}, pairs).reached());
  EXPECT_FALSE(figure_of({"f", Ratio::ruler_to_ours, 2.01}, pairs).reached());
  EXPECT_TRUE(figure_of({"f", Ratio::ours_to_ruler, 0.5}, pairs).reached());
  EXPECT_FALSE(figure_of({"f", Ratio::ours_to_ruler, 0.49}, pairs).reached());
}

TEST(Figure, OursAloneIsTheMedianOfItsSlices) {
  std::vector<double> slices{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const Definition definition{"f", Ratio::ours_alone, 6, "us"};
  Figure figure = figure_of(definition, slices);
  EXPECT_DOUBLE_EQ(figure.value, 6);
  EXPECT_DOUBLE_EQ(figure.spread[0], 2);
  EXPECT_DOUBLE_EQ(figure.spread[1], 10);
  EXPECT_TRUE(figure.reached());
  slices.push_back(12);
  EXPECT_FALSE(figure_of(definition, slices).reached());
  slices.back() = 0;
  EXPECT_NE(figure_of(definition, slices).invalid, "");
  slices.resize(10);
  EXPECT_NE(figure_of(definition, slices).invalid, "");
}

TEST(Figure, TenPairsAreNoMeasurement) {
  EXPECT_EQ(figure_of({"f", Ratio::ruler_to_ours, 1}, std::vector<Pair>(11, Pair{1, 1})).invalid, "");
  EXPECT_NE(figure_of({"f", Ratio::ruler_to_ours, 1}, std::vector<Pair>(10, Pair{1, 1})).invalid, "");
}

TEST(Figure, ASliceWithoutTimeIsNoMeasurement) {
  std::vector<Pair> pairs(11, Pair{10, 20});
  pairs[4].ours = 0;
  EXPECT_NE(figure_of({"f", Ratio::ruler_to_ours, 1}, pairs).invalid, "");
}

TEST(Figure, AnInvalidOneReachesNothing) {
  EXPECT_FALSE(invalid_figure({"f", Ratio::ours_to_ruler, 5}, "why").reached());
}

}  // namespace
}  // namespace sbc::bench
