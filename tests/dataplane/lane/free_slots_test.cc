#include "dataplane/lane/free_slots.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

namespace sbc::lane {
namespace {

TEST(FreeSlots, HandsOutEachOnceInOrder) {
  for (uint32_t count : {1u, 63u, 64u, 65u, 4'095u, 4'096u, 4'097u, 262'145u}) {
    FreeSlots slots(count);
    for (uint32_t i = 0; i < count; ++i) ASSERT_EQ(slots.take(), i) << count;
    EXPECT_EQ(slots.take(), FreeSlots::none) << count;
    slots.give_back(count - 1);
    EXPECT_EQ(slots.take(), count - 1) << count;
  }
  EXPECT_EQ(FreeSlots(0).take(), FreeSlots::none);
}

TEST(FreeSlots, GoesOnBehindTheLastOneAndBeginsAgain) {
  FreeSlots slots(200);
  for (int i = 0; i < 150; ++i) slots.take();
  for (uint32_t slot : {3u, 90u, 149u}) slots.give_back(slot);
  for (uint32_t slot = 150; slot < 200; ++slot) EXPECT_EQ(slots.take(), slot);
  for (uint32_t slot : {3u, 90u, 149u}) EXPECT_EQ(slots.take(), slot);
  EXPECT_EQ(slots.take(), FreeSlots::none);
}

TEST(FreeSlots, KnowsWhatASetKnows) {
  constexpr uint32_t count = 5'000;
  FreeSlots slots(count);
  std::set<uint32_t> taken;
  std::mt19937 random(11);
  for (int i = 0; i < 50'000; ++i) {
    // Mostly full, then mostly empty.
    const bool take = random() % 10 < (i / 10'000 % 2 == 0 ? 7u : 3u);
    if (take) {
      const uint32_t expected = slots.next(), slot = slots.take();
      ASSERT_EQ(slot, expected);
      if (slot == FreeSlots::none) {
        ASSERT_EQ(taken.size(), count);
      } else {
        ASSERT_TRUE(taken.insert(slot).second);
      }
    } else if (!taken.empty()) {
      auto it = taken.lower_bound(uint32_t(random() % count));
      if (it == taken.end()) it = taken.begin();
      slots.give_back(*it);
      taken.erase(it);
    }
    const uint32_t from = uint32_t(random() % count);
    const auto behind = taken.lower_bound(from);
    ASSERT_EQ(slots.next_taken(from), behind == taken.end() ? FreeSlots::none : *behind);
    ASSERT_EQ(slots.is_free(from), !taken.contains(from));
  }
}

TEST(FreeSlotsDeathTest, RefusesWhatIsNotTaken) {
  FreeSlots slots(10);
  EXPECT_DEATH(slots.give_back(3), "");
}

}  // namespace
}  // namespace sbc::lane
