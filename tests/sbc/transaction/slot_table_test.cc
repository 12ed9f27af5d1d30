#include "sbc/transaction/slot_table.h"

#include <map>

#include <gtest/gtest.h>

namespace sbc::transaction {
namespace {

/// A table with the objects' own keys beside it, as a pool has them.
class Slots {
 public:
  explicit Slots(uint32_t count) : table_(count), keys_(count) {}
  uint32_t find(const Digest& key) const {
    return table_.find(key, [&](uint32_t slot) { return keys_[slot] == key; });
  }
  void insert(const Digest& key, uint32_t slot) {
    keys_[slot] = key;
    table_.insert(key, slot);
  }
  void erase(uint32_t slot) { table_.erase(keys_[slot], slot); }
  uint32_t size() const { return table_.size(); }

 private:
  SlotTable table_;
  std::vector<Digest> keys_;
};

// What an entry holds of a digest is the same for all of these; the run begins in the table's last cells and
// goes on at its front.
TEST(SlotTableTest, KeysThatLookAlikeSurviveRemovalsInAnyOrder) {
  constexpr uint32_t count = 16;
  auto key = [](uint32_t i) { return Digest{~uint64_t(0) << 32, i}; };
  for (uint32_t stride = 1; stride < count; stride += 2) {
    Slots slots(count);
    for (uint32_t i = 0; i < count; ++i) slots.insert(key(i), i);
    for (uint32_t removed = 0; removed < count; ++removed) {
      slots.erase(removed * stride % count);
      for (uint32_t i = 0; i <= removed; ++i) EXPECT_EQ(slots.find(key(i * stride % count)), SlotTable::none);
      for (uint32_t i = removed + 1; i < count; ++i)
        EXPECT_EQ(slots.find(key(i * stride % count)), i * stride % count);
    }
    EXPECT_EQ(slots.size(), 0u);
  }
}

TEST(SlotTableTest, AgreesWithAMapOverManyOperations) {
  constexpr uint32_t count = 61;  // not a power of two
  Slots slots(count);
  std::map<uint64_t, uint32_t> model;
  std::vector<uint32_t> free;
  for (uint32_t i = 0; i < count; ++i) free.push_back(i);
  uint64_t state = 1;
  for (int i = 0; i < 20000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    uint64_t number = (state >> 33) % 96;
    Digest key{number * 0x0300'0000'0000'0000u, number};
    if (auto at = model.find(number); at != model.end()) {
      ASSERT_EQ(slots.find(key), at->second);
      slots.erase(at->second);
      free.push_back(at->second);
      model.erase(at);
    } else if (!free.empty()) {
      ASSERT_EQ(slots.find(key), SlotTable::none);
      slots.insert(key, free.back());
      model[number] = free.back();
      free.pop_back();
    }
  }
  EXPECT_EQ(slots.size(), model.size());
}

}  // namespace
}  // namespace sbc::transaction
