#include "dataplane/lane/published.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sbc::lane {
namespace {

std::atomic<int> alive{0};

struct Value {
  explicit Value(int n) : number(n), twin(n) { ++alive; }
  ~Value() {
    number = -1;
    --alive;
  }
  int number, twin;
};
std::unique_ptr<const Value> make(int number) { return std::make_unique<const Value>(number); }

TEST(Published, ReadersStartWithTheFirstValue) {
  Published<Value> published(2, make(1));
  EXPECT_EQ(published.reader(0)->number, 1);
  EXPECT_EQ(published.reader(1).epoch(), 1u);
  EXPECT_FALSE(published.reader(0).adopt()) << "nothing new";
  EXPECT_TRUE(published.settle());
}

TEST(Published, EachReaderAdoptsWhenItLikes) {
  Published<Value> published(2, make(1));
  auto next = make(2);
  ASSERT_TRUE(published.publish(next));
  EXPECT_EQ(published.reader(0)->number, 1) << "not before it asks";
  EXPECT_TRUE(published.reader(0).adopt());
  EXPECT_EQ(published.reader(0)->number, 2);
  EXPECT_EQ(published.reader(1)->number, 1);
  EXPECT_EQ(published.newest().number, 2);
}

TEST(Published, TheOldValueLivesUntilTheLastReaderLeftIt) {
  Published<Value> published(2, make(1));
  auto next = make(2);
  ASSERT_TRUE(published.publish(next));
  published.reader(0).adopt();
  EXPECT_FALSE(published.settle());
  EXPECT_EQ(alive, 2);
  published.reader(1).adopt();
  EXPECT_TRUE(published.settle());
  EXPECT_EQ(alive, 1);
}

TEST(Published, AnOldValueCanBeLookedAtOnceMoreBeforeItGoes) {
  Published<Value> published(1, make(1));
  EXPECT_EQ(published.retire(), nullptr);
  EXPECT_EQ(published.older(), nullptr);
  auto next = make(2);
  ASSERT_TRUE(published.publish(next));
  EXPECT_EQ(published.retire(), nullptr) << "a reader may look at it";
  ASSERT_NE(published.older(), nullptr);
  EXPECT_EQ(published.older()->number, 1);
  published.reader(0).adopt();
  {
    auto old = published.retire();
    ASSERT_NE(old, nullptr);
    EXPECT_EQ(old->number, 1);
    EXPECT_EQ(alive, 2);
  }
  EXPECT_EQ(alive, 1);
  EXPECT_EQ(published.older(), nullptr);
  EXPECT_TRUE(published.settle());
  EXPECT_EQ(published.retire(), nullptr);
}

TEST(Published, AtMostTwoValuesLive) {
  Published<Value> published(1, make(1));
  auto second = make(2), third = make(3);
  ASSERT_TRUE(published.publish(second));
  EXPECT_FALSE(published.publish(third));
  ASSERT_NE(third, nullptr) << "stays with the caller, who tries again";
  published.reader(0).adopt();
  EXPECT_TRUE(published.publish(third));
  EXPECT_EQ(alive, 2);
  EXPECT_EQ(published.epoch(), 3u);
  published.reader(0).adopt();
  EXPECT_EQ(published.reader(0)->number, 3);
}

TEST(Published, ReadersNeverSeeAFreedOrHalfValue) {
  constexpr int last = 2000;
  {
    Published<Value> published(2, make(1));
    std::atomic<bool> sound{true};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 2; ++i) {
      threads.emplace_back([&, i] {
        auto& reader = published.reader(i);
        int seen = 0;
        while (seen < last) {
          if (!reader.adopt()) std::this_thread::yield();
          int number = reader->number;
          if (number < seen || number != reader->twin) sound = false;
          seen = number;
        }
      });
    }
    for (int n = 2; n <= last; ++n) {
      auto next = make(n);
      while (!published.publish(next)) std::this_thread::yield();
    }
    for (auto& thread : threads) thread.join();
    EXPECT_TRUE(sound);
    EXPECT_LE(alive, 2);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace sbc::lane
