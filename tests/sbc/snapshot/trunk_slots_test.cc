#include "sbc/snapshot/trunk_slots.h"

#include <initializer_list>
#include <set>

#include <gtest/gtest.h>

namespace sbc::snapshot {
namespace {

using Ids = std::vector<TrunkId>;

std::vector<config::Trunk> named(std::initializer_list<std::string> names) {
  std::vector<config::Trunk> trunks;
  for (const std::string& name : names) trunks.emplace_back().name = name;
  return trunks;
}

std::vector<config::Trunk> numbered(unsigned first, unsigned count) {
  std::vector<config::Trunk> trunks;
  for (unsigned i = 0; i < count; ++i) trunks.emplace_back().name = "trunk " + std::to_string(first + i);
  return trunks;
}

bool nobody(TrunkId) { return false; }
bool everybody(TrunkId) { return true; }

TEST(TrunkSlots, AreKeptByNameWhateverTheOrder) {
  TrunkSlots slots;
  EXPECT_EQ(slots.assign(named({"a", "b", "c"}), nobody), (Ids{TrunkId{0}, TrunkId{1}, TrunkId{2}}));
  EXPECT_EQ(slots.assign(named({"c", "d", "a"}), nobody), (Ids{TrunkId{2}, TrunkId{3}, TrunkId{0}}));
}

TEST(TrunkSlots, ATrunkThatComesBackHasItsSlotAgain) {
  TrunkSlots slots;
  ASSERT_TRUE(slots.assign(named({"a", "b"}), nobody));
  ASSERT_TRUE(slots.assign(named({"b"}), nobody));
  EXPECT_EQ(slots.assign(named({"c", "a"}), nobody), (Ids{TrunkId{2}, TrunkId{0}}));
}

TEST(TrunkSlots, AllOfThemCanBeTakenAndNotOneMore) {
  TrunkSlots slots;
  auto ids = slots.assign(numbered(0, trunks_max), nobody);
  ASSERT_TRUE(ids);
  EXPECT_EQ(std::set<TrunkId>(ids->begin(), ids->end()).size(), trunks_max);
  EXPECT_EQ(slots.assign(numbered(0, trunks_max + 1), nobody), std::nullopt);
}

TEST(TrunkSlots, OnceAllWereUsedTheOneFreeLongestIsTaken) {
  TrunkSlots slots;
  ASSERT_TRUE(slots.assign(numbered(0, trunks_max), nobody));
  std::vector<config::Trunk> without_7 = numbered(0, trunks_max);
  without_7.erase(without_7.begin() + 7);
  ASSERT_TRUE(slots.assign(without_7, nobody));
  std::vector<config::Trunk> without_5 = without_7;
  without_5.erase(without_5.begin() + 5);
  ASSERT_TRUE(slots.assign(without_5, nobody));
  without_5.emplace_back().name = std::string("new");
  EXPECT_EQ(slots.assign(without_5, nobody)->back(), TrunkId{7});
}

TEST(TrunkSlots, ASlotThatCallsStillCountInIsNotGivenAway) {
  TrunkSlots slots;
  ASSERT_TRUE(slots.assign(numbered(0, trunks_max), nobody));
  std::vector<config::Trunk> changed = numbered(0, trunks_max);
  changed[7].name = std::string("new");
  EXPECT_EQ(slots.assign(changed, everybody), std::nullopt);
  auto ids = slots.assign(changed, [](TrunkId id) { return id != TrunkId{7}; });
  ASSERT_TRUE(ids);
  EXPECT_EQ((*ids)[7], TrunkId{7});
}

TEST(TrunkSlots, AFailureChangesNothing) {
  TrunkSlots slots;
  ASSERT_TRUE(slots.assign(numbered(0, trunks_max), nobody));
  EXPECT_EQ(slots.assign(numbered(1000, trunks_max), everybody), std::nullopt);
  EXPECT_EQ(slots.assign(numbered(3, 1), nobody), (Ids{TrunkId{3}}));
}

}  // namespace
}  // namespace sbc::snapshot
