// TimerWheel: deadlines for up to `capacity` keys, O(1) to arm and cancel, no allocation after construction.
//
// Owned by one thread. A key is a small index that its owner chose (0 <= key < capacity); it has at most one
// deadline, and arming it again moves it. Resolution is one millisecond: a key fires at the first advance()
// whose `now` is at or after its deadline, never before, in the order of deadlines (milliseconds), then of
// arming. A deadline before the time that the wheel has reached counts as that time; never() is no deadline
// and disarms.
#pragma once

#include <cstdint>

#include "dataplane/bytes/huge_vector.h"
#include "dataplane/time/instant.h"

namespace sbc {

class TimerWheel {
 public:
  static constexpr uint32_t none = ~0u;  // no key

 private:
  struct Node {
    int64_t tick = -1;  // when it fires, in ms; -1 = not armed
    uint32_t next = none, previous = none;
    uint8_t level = 0, slot = 0;
  };

 public:
  static constexpr size_t bytes_per_key = sizeof(Node);

  TimerWheel(uint32_t capacity, Instant start);

  void arm(uint32_t key, Instant deadline);
  void cancel(uint32_t key);
  bool armed(uint32_t key) const;
  Instant deadline(uint32_t key) const;  // rounded up to the resolution; never() when not armed
  uint32_t armed_count() const { return armed_count_; }

  /// The earliest instant at which advance() might have something to do; never() when nothing is armed.
  /// It may be early (a slot of a coarser wheel), never late.
  Instant next_deadline() const;

  /// Takes one due key off the wheel; false when none is due. Call until false.
  bool pop_due(Instant now, uint32_t& key);
  /// What pop_due() is likely to take next, for its owner to fetch meanwhile; none where it will have to
  /// look.
  uint32_t upcoming() const { return wheel_[0][now_tick_ % slots].head; }

 private:
  static constexpr int levels = 8;  // 64^8 ms: every Instant that there is
  static constexpr uint32_t slots = 64;
  struct List {
    uint32_t head = none, tail = none;
  };

  void insert(uint32_t key);
  void unlink(uint32_t key);
  void turn_to(int64_t tick);
  void cascade(int level, uint32_t slot);
  int64_t first_tick() const;

  HugeVector<Node> nodes_;
  List wheel_[levels][slots];
  uint64_t occupied_[levels] = {};  // bit per slot
  int64_t now_tick_;
  uint32_t armed_count_ = 0;
};

}  // namespace sbc
