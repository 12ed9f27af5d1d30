#include "dataplane/bytes/huge_vector.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace sbc {
namespace {

struct Entry {
  uint32_t slot = ~0u;
  uint32_t print = 7;
};

TEST(HugeVector, BeginsAtAHugePageWhereItFillsOne) {
  HugeVector<Entry> table(HugePageAllocator<Entry>::page_bytes / sizeof(Entry) + 1);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(table.data()) % HugePageAllocator<Entry>::page_bytes, 0u);
  for (const Entry& entry : table) ASSERT_TRUE(entry.slot == ~0u && entry.print == 7);
}

TEST(HugeVector, IsAnOrdinaryVectorWhereItIsSmall) {
  struct alignas(64) Line {
    char bytes[64];
  };
  HugeVector<Line> lines(3);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(lines.data()) % 64, 0u);
  HugeVector<Entry> entries(5);
  entries.assign(9, Entry{1, 2});
  HugeVector<Entry> moved = std::move(entries);
  EXPECT_EQ(moved.size(), 9u);
  EXPECT_EQ(moved.back().slot, 1u);
}

}  // namespace
}  // namespace sbc
