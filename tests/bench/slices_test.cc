#include "bench/harness/slices.h"

#include <string>

#include <gtest/gtest.h>

namespace sbc::bench {
namespace {

TEST(Slices, OursAndTheRulerTakeTurns) {
  std::string order;
  double ours = 0, ruler = 100;
  auto pairs = alternate([&] { return order += 'a', ++ours; }, [&] { return order += 'b', ++ruler; }, 4);
  EXPECT_EQ(order,
            "ab"
            "abbaabba");
  ASSERT_EQ(pairs.size(), 4u);
  for (size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_EQ(pairs[i].ours, double(i + 2));
    EXPECT_EQ(pairs[i].ruler, double(i + 102));
  }
}

TEST(Slices, ThreeSidesTakeTurnsToo) {
  std::string order;
  double next = 0;
  const Slice sides[]{[&] { return order += 'a', ++next; }, [&] { return order += 'b', ++next; },
                      [&] { return order += 'c', ++next; }};
  auto costs = take_turns(sides, 2);
  EXPECT_EQ(order,
            "abc"
            "abccba");
  EXPECT_EQ(costs, (std::vector<std::vector<double>>{{4, 9}, {5, 8}, {6, 7}}));
}

TEST(Slices, ASliceIsMadeOfEqualPasses) {
  size_t count = 0;
  auto pass = [&] {
    uint64_t begin = thread_time();
    while (thread_time() - begin < 20'000) ++count;
    return uint64_t(7);
  };
  TimedPasses passes(pass, 2, 1'000'000);
  double cost = passes.run();
  EXPECT_GT(cost, 9'000);  // ns per item: a pass of two takes 20 us and a little
  EXPECT_TRUE(passes.steady());
  EXPECT_EQ(passes.result(), 7u);
}

TEST(Slices, AnotherResultIsNoticed) {
  uint64_t calls = 0;
  TimedPasses passes([&] { return ++calls < 1'000'000 ? 7u : 8u; }, 1, 1000);
  EXPECT_TRUE(passes.steady());
  calls = 1'000'000;
  passes.run();
  EXPECT_FALSE(passes.steady());
}

}  // namespace
}  // namespace sbc::bench
