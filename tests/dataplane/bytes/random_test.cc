#include "dataplane/bytes/random.h"

#include <cctype>
#include <cstring>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace sbc {
namespace {

TEST(Random, IsTheChaCha20KeyStream) {  // RFC 8439 appendix A.1, test vector 1
  static constexpr uint8_t expected[16] = {0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90,
                                           0x40, 0x5d, 0x6a, 0xe5, 0x53, 0x86, 0xbd, 0x28};
  Random random(Random::Key{});
  uint64_t words[2] = {random.next(), random.next()};
  EXPECT_EQ(std::memcmp(words, expected, sizeof expected), 0);
}

TEST(Random, SameSeedSameNumbersOtherSeedOthers) {
  Random a = Random::from_seed(7), b = Random::from_seed(7), c = Random::from_seed(8);
  bool differ = false;
  for (int i = 0; i < 2000; ++i) {
    uint64_t value = a.next();
    ASSERT_EQ(value, b.next());
    differ |= value != c.next();
  }
  EXPECT_TRUE(differ);
}

TEST(Random, GoesOnAfterAMoveWhereItStood) {
  Random a = Random::from_seed(3), b = Random::from_seed(3);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(a.next(), b.next());
  Random moved = std::move(a);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(moved.next(), b.next());
}

TEST(Random, NeverRepeatsAcrossRefills) {
  Random random = Random::from_seed(1);
  std::set<uint64_t> seen;
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(seen.insert(random.next()).second);
}

TEST(Random, BelowReachesEveryValueAndNoOther) {
  Random random = Random::from_seed(1);
  int counts[7] = {};
  for (int i = 0; i < 7000; ++i) ++counts[random.below(7)];
  for (int count : counts) EXPECT_NEAR(count, 1000, 150);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.below(1), 0u);
  for (int i = 0; i < 100; ++i) EXPECT_LT(random.below((uint64_t(1) << 63) + 1), (uint64_t(1) << 63) + 1);
}

TEST(Random, BelowFavoursNoValue) {
  Random random = Random::from_seed(1);
  constexpr uint64_t third = uint64_t(1)
                             << 62;  // 2^64 is four of them: a mere remainder would double the lowest
  int counts[3] = {};
  for (int i = 0; i < 6000; ++i) ++counts[random.below(3 * third) / third];
  for (int count : counts) EXPECT_NEAR(count, 2000, 200);
}

TEST(Random, TokensHoldLettersAndDigitsOnlyAndAllOfThem) {
  Random random = Random::from_seed(1);
  std::set<char> seen;
  for (size_t length : {size_t(0), size_t(1), size_t(10), size_t(11), size_t(4000)}) {
    std::string text(length + 1, '!');
    random.token(text.data(), length);
    EXPECT_EQ(text.back(), '!');
    for (size_t i = 0; i < length; ++i) {
      ASSERT_TRUE(std::isalnum(uint8_t(text[i]))) << text;
      seen.insert(text[i]);
    }
  }
  EXPECT_EQ(seen.size(), 62u);
}

}  // namespace
}  // namespace sbc
