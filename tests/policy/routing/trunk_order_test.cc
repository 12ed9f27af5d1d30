#include "policy/routing/trunk_order.h"

#include <array>
#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "tests/allocation/trap/trap.h"

namespace sbc::policy {
namespace {

using config::Selection;

/// Trunk n has the weight weights[n] and the name "n".
Tier tier(Selection select, std::vector<uint16_t> weights, unsigned first = 0) {
  Tier result;
  result.select = select;
  for (size_t i = 0; i < weights.size(); ++i) {
    unsigned number = first + unsigned(i);
    result.members.push_back({TrunkId(number), weights[i], trunk_name_hash(std::to_string(number))});
  }
  return result;
}

class TrunkOrderTest : public testing::Test {
 protected:
  /// "2,0,1"
  std::string order(const std::vector<Tier>& tiers, const Chooser& chooser = {}, size_t room = 16) const {
    std::array<TrunkId, 16> out;
    size_t count = 0;
    {
      AllocationTrap trap;
      count = order_trunks(tiers, chooser, *usage_, std::span(out).first(room));
    }
    std::string text;
    for (size_t i = 0; i < count; ++i) text += (i ? "," : "") + std::to_string(index_of(out[i]));
    return text;
  }
  /// How often each trunk comes first, of `rounds` draws.
  std::map<std::string, int> firsts(const Tier& tier, int rounds) const {
    std::map<std::string, int> counts;
    for (int i = 0; i < rounds; ++i) {
      // Neighbouring numbers: what they are taken for has to mix them.
      std::string text = order({tier}, {uint64_t(i), "", ""});
      ++counts[text.substr(0, text.find(','))];
    }
    return counts;
  }
  void busy(unsigned trunk, unsigned calls) {
    for (unsigned i = 0; i < calls; ++i) usage_->trunks[trunk].calls.take(1000);
  }
  std::unique_ptr<Usage> usage_ = std::make_unique<Usage>(config::Limits{}, HashKey{1, 2});
};

TEST_F(TrunkOrderTest, InOrderIsAsListedTierByTier) {
  EXPECT_EQ(order({tier(Selection::in_order, {1, 1, 1}), tier(Selection::in_order, {1, 1}, 7)}), "0,1,2,7,8");
  EXPECT_EQ(order({}), "");
}

TEST_F(TrunkOrderTest, ATrunkThatStandsTwiceIsTriedOnce) {
  EXPECT_EQ(order({tier(Selection::in_order, {1, 1}), tier(Selection::in_order, {1, 1}, 1)}), "0,1,2");
}

TEST_F(TrunkOrderTest, EndsWhereTheRoomDoes) {
  EXPECT_EQ(order({tier(Selection::in_order, {1, 1}), tier(Selection::in_order, {1, 1}, 2)}, {}, 3), "0,1,2");
  EXPECT_EQ(order({tier(Selection::in_order, std::vector<uint16_t>(16, 1))}),
            "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15");
}

TEST_F(TrunkOrderTest, WeightedGivesEachItsShare) {
  auto counts = firsts(tier(Selection::weighted, {1, 3, 6}), 10'000);
  EXPECT_NEAR(counts["0"], 1000, 150);
  EXPECT_NEAR(counts["1"], 3000, 200);
  EXPECT_NEAR(counts["2"], 6000, 200);
}

TEST_F(TrunkOrderTest, WeightedTriesTheOthersTooByTheirWeights) {
  int second = 0;
  for (uint64_t i = 0; i < 10'000; ++i) {
    std::string text = order({tier(Selection::weighted, {1, 3, 1000})}, {i, "", ""});
    ASSERT_EQ(text.size(), 5u);
    if (text.starts_with("2,1")) ++second;
  }
  EXPECT_NEAR(second, 7500, 250);
}

TEST_F(TrunkOrderTest, LeastBusyCountsCallsForTheirWeight) {
  busy(0, 5);
  busy(1, 3);
  busy(2, 4);
  EXPECT_EQ(order({tier(Selection::least_busy, {1, 1, 1})}), "1,2,0");
  EXPECT_EQ(order({tier(Selection::least_busy, {10, 1, 1})}), "0,1,2");
  busy(1, 1);
  EXPECT_EQ(order({tier(Selection::least_busy, {1, 1, 1})}), "1,2,0");  // of equals, as listed
  EXPECT_EQ(order({tier(Selection::least_busy, {5, 4, 4, 1})}), "3,0,1,2");
}

TEST_F(TrunkOrderTest, OfOneCallerAlwaysTheSameAndOnlyTheSharesOfWhatLeavesMove) {
  const Tier four = tier(Selection::by_caller, {1, 1, 1, 1});
  Tier three = four;
  three.members.erase(three.members.begin() + 2);
  std::map<char, int> counts;
  for (int i = 0; i < 4000; ++i) {
    std::string caller = std::to_string(i);
    std::string text = order({four}, {uint64_t(i), caller, "x"});
    ASSERT_EQ(order({four}, {1, caller, "y"}), text);
    std::string without = order({three}, {1, caller, "z"});
    ASSERT_EQ(without[0], text[0] == '2' ? text[2] : text[0]);
    ++counts[text[0]];
  }
  for (auto [trunk, count] : counts) EXPECT_NEAR(count, 1000, 150) << trunk;
  EXPECT_EQ(counts.size(), 4u);
}

TEST_F(TrunkOrderTest, ByCallLooksAtTheCallId) {
  const Tier many = tier(Selection::by_call, {1, 1, 1, 1});
  std::map<std::string, int> orders;
  for (int i = 0; i < 100; ++i) ++orders[order({many}, {uint64_t(i), std::to_string(i), "same"})];
  EXPECT_EQ(orders.size(), 1u);
  for (int i = 0; i < 100; ++i) ++orders[order({many}, {0, "same", std::to_string(i)})];
  EXPECT_GT(orders.size(), 10u);
}

}  // namespace
}  // namespace sbc::policy
