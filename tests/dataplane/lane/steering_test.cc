#include "dataplane/lane/steering.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sbc {
namespace {

constexpr HashKey key{1, 2};

TEST(Steering, SameCallIdSameWorkerWhoeverAsks) {
  Steering one(key, 3), other(key, 3);
  for (int i = 0; i < 100; ++i) {
    std::string call_id = "call" + std::to_string(i);
    EXPECT_EQ(one.owner_of(call_id), other.owner_of(call_id));
    EXPECT_EQ(one.owner_of_shard(one.shard_of(call_id)), one.owner_of(call_id));
  }
}

TEST(Steering, SpreadsCallIdsOverAllWorkers) {
  Steering steering(key, 3);
  std::vector<int> calls(3);
  for (int i = 0; i < 3000; ++i) ++calls[index_of(steering.owner_of("call" + std::to_string(i)))];
  for (int count : calls) EXPECT_NEAR(count, 1000, 150);
}

TEST(Steering, AnotherKeySpreadsOtherwise) {
  Steering one(key, 2), other(HashKey{3, 4}, 2);
  int differing = 0;
  for (int i = 0; i < 100; ++i) {
    std::string call_id = "call" + std::to_string(i);
    differing += one.shard_of(call_id) != other.shard_of(call_id);
  }
  EXPECT_GT(differing, 90);
}

}  // namespace
}  // namespace sbc
