#include "dataplane/lane/pool.h"

#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

namespace sbc::lane {
namespace {

TEST(Pool, TakesUpToItsCapacityAndNoMore) {
  Pool<int> pool(2);
  Handle a = pool.take(1), b = pool.take(2);
  EXPECT_TRUE(a && b);
  EXPECT_FALSE(pool.take(3));
  EXPECT_EQ(pool.in_use(), 2u);
  pool.release(a);
  EXPECT_TRUE(pool.take(4));
  EXPECT_EQ(pool[b], 2);
}

TEST(Pool, AHandleOutlivesItsObjectAndFindsNothing) {
  Pool<int> pool(1);
  Handle old = pool.take(1);
  pool.release(old);
  EXPECT_EQ(pool.find(old), nullptr);
  Handle fresh = pool.take(2);
  EXPECT_EQ(fresh.index, old.index);
  EXPECT_EQ(pool.find(old), nullptr) << "the slot is in use again, by another";
  EXPECT_EQ(*pool.find(fresh), 2);
  EXPECT_EQ(pool.find(Handle{}), nullptr);
  EXPECT_EQ(pool.find(Handle{7, 1}), nullptr) << "no such slot";
}

TEST(Pool, HandlesTravelAsNumbers) {
  Pool<int> pool(3);
  pool.take(1);
  Handle handle = pool.take(2);
  EXPECT_EQ(Handle::of(handle.bits()), handle);
  EXPECT_NE(handle.bits(), 0u);
}

TEST(Pool, DestroysWhatItMade) {
  auto counted = std::make_shared<int>(0);
  {
    Pool<std::shared_ptr<int>> pool(3);
    Handle handle = pool.take(counted);
    pool.take(counted);
    EXPECT_EQ(counted.use_count(), 3);
    pool.release(handle);
    EXPECT_EQ(counted.use_count(), 2);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(Pool, KeepsOverAlignedObjectsAligned) {
  struct alignas(64) Line {
    char bytes[64];
  };
  Pool<Line> pool(3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reinterpret_cast<uintptr_t>(pool.find(pool.take())) % 64, 0u);
}

TEST(Pool, VisitsEachLiveObjectOnceWhileTheVisitorReleases) {
  Pool<int> pool(5);
  std::vector<Handle> handles;
  for (int i = 0; i < 5; ++i) handles.push_back(pool.take(i));
  pool.release(handles[1]);
  std::vector<int> seen;
  pool.each([&](Handle handle, int value) {
    seen.push_back(value);
    pool.release(handle);
  });
  EXPECT_EQ(seen, (std::vector<int>{0, 2, 3, 4}));
  EXPECT_EQ(pool.in_use(), 0u);
  EXPECT_FALSE(pool.next_live(0));
}

TEST(Pool, DoesWhatAMapDoes) {
  std::mt19937_64 random(1);
  Pool<uint64_t> pool(64);
  std::unordered_map<uint64_t, uint64_t> live;  // handle -> value
  std::vector<Handle> all;
  for (int step = 0; step < 20000; ++step) {
    if (random() % 2) {
      uint64_t value = random();
      Handle handle = pool.take(value);
      ASSERT_EQ(bool(handle), live.size() < 64);
      if (!handle) continue;
      ASSERT_TRUE(live.emplace(handle.bits(), value).second) << "no handle is given out twice";
      all.push_back(handle);
    } else if (!all.empty()) {
      Handle handle = all[random() % all.size()];
      auto found = live.find(handle.bits());
      const uint64_t* object = pool.find(handle);
      ASSERT_EQ(object != nullptr, found != live.end());
      if (!object) continue;
      ASSERT_EQ(*object, found->second);
      pool.release(handle);
      live.erase(found);
    }
    ASSERT_EQ(pool.in_use(), live.size());
  }
}

}  // namespace
}  // namespace sbc::lane
