#include "dataplane/time/timer_wheel.h"

#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace sbc {
namespace {

using namespace std::chrono_literals;

std::vector<uint32_t> pop_all(TimerWheel& wheel, Instant now) {
  std::vector<uint32_t> keys;
  for (uint32_t key; wheel.pop_due(now, key);) keys.push_back(key);
  return keys;
}

using Keys = std::vector<uint32_t>;

TEST(TimerWheel, FiresAtTheDeadlineNeverBefore) {
  Instant start{1'000'000'000};
  TimerWheel wheel(4, start);
  wheel.arm(1, start + 500ms);
  EXPECT_EQ(pop_all(wheel, start + 499ms), Keys{});
  EXPECT_EQ(pop_all(wheel, start + 500ms - 1ns), Keys{});
  EXPECT_TRUE(wheel.armed(1));
  EXPECT_EQ(wheel.deadline(1), start + 500ms);
  EXPECT_EQ(pop_all(wheel, start + 500ms), Keys{1});
  EXPECT_FALSE(wheel.armed(1));
  EXPECT_EQ(wheel.deadline(1), Instant::never());
}

TEST(TimerWheel, RoundsUpToItsResolution) {
  TimerWheel wheel(1, Instant{0});
  wheel.arm(0, Instant{1'000'001});
  EXPECT_EQ(wheel.deadline(0), Instant{2'000'000});
  EXPECT_EQ(pop_all(wheel, Instant{1'999'999}), Keys{});
  EXPECT_EQ(pop_all(wheel, Instant{2'000'000}), Keys{0});
}

TEST(TimerWheel, FiresInOrderOfDeadlinesThenOfArming) {
  TimerWheel wheel(8, Instant{0});
  wheel.arm(3, Instant{0} + 5000ms);  // far now: comes down through coarser wheels
  wheel.arm(1, Instant{0} + 70ms);
  wheel.arm(0, Instant{0} + 70ms);
  wheel.arm(2, Instant{0} + 1ms);
  EXPECT_EQ(pop_all(wheel, Instant{0} + 4990ms), (Keys{2, 1, 0}));
  wheel.arm(4, Instant{0} + 5000ms);  // near now, and armed after 3
  EXPECT_EQ(pop_all(wheel, Instant{0} + 1h), (Keys{3, 4}));
}

TEST(TimerWheel, TellsWhatIsUpcomingWhereItKnows) {
  TimerWheel wheel(8, Instant{0});
  for (uint32_t key : {5u, 2u, 7u}) wheel.arm(key, Instant{3'000'000});
  uint32_t key = 0;
  for (uint32_t next : {2u, 7u, TimerWheel::none}) {
    ASSERT_TRUE(wheel.pop_due(Instant{3'000'000}, key));
    EXPECT_EQ(wheel.upcoming(), next);
  }
}

TEST(TimerWheel, ArmingAgainMovesTheDeadline) {
  TimerWheel wheel(2, Instant{0});
  wheel.arm(0, Instant{0} + 10ms);
  wheel.arm(0, Instant{0} + 20ms);
  EXPECT_EQ(wheel.armed_count(), 1u);
  EXPECT_EQ(pop_all(wheel, Instant{0} + 19ms), Keys{});
  EXPECT_EQ(pop_all(wheel, Instant{0} + 20ms), Keys{0});
}

TEST(TimerWheel, PastDeadlinesFireAtOnce) {
  TimerWheel wheel(3, Instant{0} + 1h);
  wheel.arm(2, Instant{0});
  wheel.arm(1, Instant{0} + 1min);
  wheel.arm(0, Instant{-5});
  EXPECT_EQ(pop_all(wheel, Instant{0} + 1h), (Keys{2, 1, 0}));
}

TEST(TimerWheel, CancelTakesAKeyAwayEvenWhileOthersAreDue) {
  TimerWheel wheel(3, Instant{0});
  for (uint32_t key = 0; key < 3; ++key) wheel.arm(key, Instant{0} + 5ms);
  uint32_t key = 9;
  ASSERT_TRUE(wheel.pop_due(Instant{0} + 9ms, key));
  EXPECT_EQ(key, 0u);
  wheel.cancel(1);
  wheel.cancel(1);
  EXPECT_EQ(pop_all(wheel, Instant{0} + 9ms), Keys{2});
  EXPECT_EQ(wheel.armed_count(), 0u);
}

TEST(TimerWheel, NeverIsNoDeadline) {
  TimerWheel wheel(1, Instant{0});
  wheel.arm(0, Instant{0} + 5ms);
  wheel.arm(0, Instant::never());
  EXPECT_FALSE(wheel.armed(0));
  EXPECT_EQ(wheel.next_deadline(), Instant::never());
}

TEST(TimerWheel, TakesTheLastInstantThereIs) {
  TimerWheel wheel(2, Instant{0});
  Instant last{Instant::never().ns - 1};
  wheel.arm(0, last);
  wheel.arm(1, Instant{0} + std::chrono::hours(24 * 365 * 100));
  EXPECT_EQ(pop_all(wheel, last), Keys{1}) << "the last, rounded up, is beyond time";
  EXPECT_TRUE(wheel.armed(0));
  EXPECT_EQ(wheel.next_deadline(), Instant::never());
}

TEST(TimerWheel, NextDeadlineIsExactInTheNearFutureAndNeverLate) {
  TimerWheel wheel(2, Instant{0});
  wheel.arm(0, Instant{0} + 7ms);
  EXPECT_EQ(wheel.next_deadline(), Instant{0} + 7ms);
  wheel.arm(0, Instant{0} + 3h + 7ms);
  // Sleeping until next_deadline() gets there in a few steps.
  int steps = 0;
  uint32_t key = 9;
  while (!wheel.pop_due(wheel.next_deadline(), key)) ASSERT_LT(++steps, 8);
  EXPECT_EQ(key, 0u);
}

/// The same rules on a std::multimap.
class Model {
 public:
  Model(uint32_t capacity, int64_t tick) : armed_(capacity, by_tick_.end()), now_(tick) {}

  void arm(uint32_t key, Instant deadline) {
    cancel(key);
    armed_[key] = by_tick_.emplace(std::max((deadline.ns + 999'999) / 1'000'000, now_), key);
  }
  void cancel(uint32_t key) {
    if (armed_[key] != by_tick_.end()) by_tick_.erase(armed_[key]);
    armed_[key] = by_tick_.end();
  }
  bool pop_due(Instant now, uint32_t& key) {
    int64_t limit = now.ns / 1'000'000;
    if (by_tick_.empty() || by_tick_.begin()->first > limit) {
      now_ = std::max(now_, limit);
      return false;
    }
    now_ = by_tick_.begin()->first;
    key = by_tick_.begin()->second;
    cancel(key);
    return true;
  }
  bool armed(uint32_t key) const { return armed_[key] != by_tick_.end(); }
  size_t count() const { return by_tick_.size(); }
  Instant earliest() const {
    return by_tick_.empty() ? Instant::never() : Instant{by_tick_.begin()->first * 1'000'000};
  }

 private:
  std::multimap<int64_t, uint32_t> by_tick_;
  std::vector<std::multimap<int64_t, uint32_t>::const_iterator> armed_;
  int64_t now_;
};

Duration some_delay(std::mt19937_64& random) {
  static constexpr Duration reach[] = {3ms, 64ms, 500ms, 5s, 32s, 10min, 4h, std::chrono::hours(24 * 400)};
  Duration most = reach[random() % std::size(reach)];
  return Duration(int64_t(random() % uint64_t(most.count())));
}

void compare_with_model(uint64_t seed) {
  SCOPED_TRACE(seed);
  constexpr uint32_t keys = 50;
  std::mt19937_64 random(seed);
  Instant now{int64_t(random() % 1'000'000'000'000'000)};
  TimerWheel wheel(keys, now);
  Model model(keys, now.ns / 1'000'000);
  for (int step = 0; step < 2000; ++step) {
    uint32_t key = uint32_t(random() % keys);
    switch (random() % 5) {
      case 0:
      case 1: {
        Instant deadline = now + some_delay(random) - 2ms;
        wheel.arm(key, deadline);
        model.arm(key, deadline);
        break;
      }
      case 2:
        wheel.cancel(key);
        model.cancel(key);
        break;
      case 3:
        now = random() % 2 ? now + some_delay(random)
                           : std::max(now, std::min(wheel.next_deadline(), now + 1h));
        break;
      default: {
        uint32_t got = 0, wanted = 0;
        bool due = false;
        int popped = 0;
        do {
          due = model.pop_due(now, wanted);
          ASSERT_EQ(wheel.pop_due(now, got), due);
          if (!due) break;
          ASSERT_EQ(got, wanted);
          uint32_t other = uint32_t(random() % keys);
          Instant again = now + some_delay(random) - 1s;
          if (random() % 4 == 0) wheel.cancel(other), model.cancel(other);
          if (random() % 4 == 0 && popped < 100) wheel.arm(other, again), model.arm(other, again);
        } while (++popped < 1000);
        ASSERT_FALSE(due);
      }
    }
    ASSERT_EQ(wheel.armed_count(), model.count());
    ASSERT_EQ(wheel.armed(key), model.armed(key));
    ASSERT_LE(wheel.next_deadline(), model.earliest());
  }
}

TEST(TimerWheel, DoesWhatASortedMapDoes) {
  for (uint64_t seed = 1; seed <= 200; ++seed) compare_with_model(seed);
}

}  // namespace
}  // namespace sbc
