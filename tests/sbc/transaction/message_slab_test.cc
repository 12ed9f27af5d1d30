#include "sbc/transaction/message_slab.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace sbc::transaction {
namespace {

std::string text_of(size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text.push_back(char('a' + i % 23));
  return text;
}

TEST(MessageSlabTest, KeepsMessagesOfAnySizeUpToItsRoom) {
  MessageSlab slab(4);
  std::vector<char> out(4096);
  for (size_t size : {size_t(1), size_t(511), size_t(512), size_t(513), size_t(2048)}) {
    Kept kept;
    std::string message = text_of(size);
    ASSERT_TRUE(slab.keep(kept, message)) << size;
    EXPECT_EQ(slab.copy(kept, out), message);
    EXPECT_EQ(slab.kept_bytes(), size);
    slab.release(kept);
    EXPECT_TRUE(kept.empty());
  }
  EXPECT_EQ(slab.free_chunks(), 4u);
  EXPECT_EQ(slab.kept_bytes(), 0u);
}

TEST(MessageSlabTest, RefusesOneByteTooMany) {
  MessageSlab slab(4);
  Kept kept;
  EXPECT_FALSE(slab.keep(kept, text_of(2049)));
  EXPECT_TRUE(kept.empty());
  EXPECT_EQ(slab.free_chunks(), 4u);
}

TEST(MessageSlabTest, KeepingAgainReplaces) {
  MessageSlab slab(4);
  Kept kept;
  ASSERT_TRUE(slab.keep(kept, text_of(2000)));
  ASSERT_TRUE(slab.keep(kept, "short"));
  std::array<char, 16> out;
  EXPECT_EQ(slab.copy(kept, out), "short");
  EXPECT_EQ(slab.free_chunks(), 3u);
}

TEST(MessageSlabTest, ReplacingLeavesWhatIsThereWithoutRoom) {
  MessageSlab slab(2);
  Kept kept;
  ASSERT_TRUE(slab.replace(kept, "before"));
  EXPECT_FALSE(slab.replace(kept, std::string(2 * MessageSlab::chunk_bytes + 1, 'x')));
  std::array<char, 2 * MessageSlab::chunk_bytes> out;
  EXPECT_EQ(slab.copy(kept, out), "before");
  EXPECT_TRUE(slab.replace(kept, std::string(2 * MessageSlab::chunk_bytes, 'x'))) << "its own chunk counts";
  EXPECT_FALSE(slab.replace(kept, ""));
  EXPECT_EQ(slab.kept_bytes(), 2 * MessageSlab::chunk_bytes);
}

TEST(MessageSlabTest, DoesNotCopyIntoTooSmallASpan) {
  MessageSlab slab(1);
  Kept kept;
  ASSERT_TRUE(slab.keep(kept, "message"));
  std::array<char, 6> out;
  EXPECT_TRUE(slab.copy(kept, out).empty());
}

}  // namespace
}  // namespace sbc::transaction
