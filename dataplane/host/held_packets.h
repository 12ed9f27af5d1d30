// HeldPackets: packets that wait for a next hop, in one queue per neighbour, all within one fixed slab.
//
// Owned by one Host. A packet is an opaque number (the owner's pointer); no allocation after construction.
#pragma once

#include <cstdint>
#include <vector>

namespace sbc::host {

class HeldPackets {
  static constexpr uint32_t none = ~0u;

 public:
  struct Queue {
    uint32_t first = none, last = none;
    uint32_t count = 0;
  };

  explicit HeldPackets(uint32_t capacity) : items_(capacity) {
    for (uint32_t i = 0; i < capacity; ++i) items_[i].next = i + 1 < capacity ? i + 1 : none;
    free_ = capacity > 0 ? 0 : none;
  }

  /// False when the slab is full.
  bool push(Queue& queue, uint64_t packet) {
    if (free_ == none) return false;
    uint32_t item = free_;
    free_ = items_[item].next;
    items_[item] = {packet, none};
    (queue.last == none ? queue.first : items_[queue.last].next) = item;
    queue.last = item;
    ++queue.count;
    return true;
  }
  /// False when the queue is empty.
  bool pop(Queue& queue, uint64_t& packet) {
    if (queue.first == none) return false;
    uint32_t item = queue.first;
    packet = items_[item].packet;
    queue.first = items_[item].next;
    if (queue.first == none) queue.last = none;
    --queue.count;
    items_[item].next = free_;
    free_ = item;
    return true;
  }

 private:
  struct Item {
    uint64_t packet = 0;
    uint32_t next = none;
  };
  std::vector<Item> items_;
  uint32_t free_ = none;
};

}  // namespace sbc::host
