#include "sbc/snapshot/block_list.h"

#include <gtest/gtest.h>

namespace sbc::snapshot {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{1'000'000'000};

policy::Block block(std::string_view prefix, RealmId realm = RealmId::none) {
  return {realm, *Prefix::parse(prefix)};
}

TEST(BlockList, ForgetsABlockWhenItsTimeHasComeAndNotBefore) {
  BlockList list;
  ASSERT_TRUE(list.add(block("192.0.2.1"), start + 10s));
  ASSERT_TRUE(list.add(block("192.0.2.2"), start + 20s));
  ASSERT_TRUE(list.add(block("192.0.2.3"), Instant::never()));
  EXPECT_EQ(list.next_expiry(), start + 10s);
  EXPECT_FALSE(list.expire(start + 9s));
  EXPECT_TRUE(list.expire(start + 10s));
  EXPECT_EQ(list.blocks().size(), 2u);
  EXPECT_EQ(list.next_expiry(), start + 20s);
  EXPECT_TRUE(list.expire(start + 1h));
  EXPECT_EQ(list.next_expiry(), Instant::never());
  EXPECT_EQ(list.blocks().size(), 1u);
}

TEST(BlockList, TheSameBlockAgainMovesItsExpiry) {
  BlockList list;
  ASSERT_TRUE(list.add(block("192.0.2.0/24"), start + 10s));
  ASSERT_TRUE(list.add(block("192.0.2.0/24"), start + 99s));
  EXPECT_EQ(list.blocks().size(), 1u);
  EXPECT_EQ(list.next_expiry(), start + 99s);
}

TEST(BlockList, RemovesExactlyTheBlockThatIsMeant) {
  BlockList list;
  ASSERT_TRUE(list.add(block("192.0.2.0/24", RealmId{0}), Instant::never()));
  EXPECT_FALSE(list.remove(block("192.0.2.0/24", RealmId{1})));
  EXPECT_FALSE(list.remove(block("192.0.2.0/24")));
  EXPECT_FALSE(list.remove(block("192.0.2.0/25", RealmId{0})));
  EXPECT_TRUE(list.remove(block("192.0.2.0/24", RealmId{0})));
  EXPECT_FALSE(list.remove(block("192.0.2.0/24", RealmId{0})));
}

TEST(BlockList, HasAMaximum) {
  BlockList list;
  for (uint32_t i = 0; i < BlockList::blocks_max; ++i)
    ASSERT_TRUE(list.add({RealmId::none, Prefix::of(IpAddress::v4(0x0a000000u + i), 32)}, Instant::never()));
  EXPECT_FALSE(list.add(block("192.0.2.1"), Instant::never()));
  EXPECT_TRUE(list.add(block("10.0.0.0"), start)) << "a block that is there already needs no room";
}

}  // namespace
}  // namespace sbc::snapshot
