// Worker: the poll loop: frames in, packets from other workers in, the application's turn, frames out.
//
// Owned by one lcore. iterate() is one bounded turn and knows neither thread nor clock, so a test drives any
// number of workers by hand; run() repeats it and rests while there is nothing to do. Nothing in a turn
// waits, allocates or locks.
#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <span>

#include <rte_pause.h>

#include "config/model/model.h"
#include "dataplane/time/instant.h"
#include "dataplane/worker/crew.h"
#include "dataplane/worker/nap.h"
#include "dataplane/worker/transmit.h"
#include "dataplane/worker/tsc_clock.h"

namespace sbc::worker {

inline constexpr uint16_t burst_frames = 32;
static_assert(Nap::many <= burst_frames);

/// What a worker runs. It owns every packet that it is given: send, hand over or drop it through Transmit.
template <class A>
concept Application = requires(A application, PortId port, std::span<rte_mbuf*> packets, Instant now) {
  /// Whenever something has been taken from a port or a ring, before it is looked at: the rules that were
  /// published last are in force. So what comes after they were is judged by them.
  { application.adopt(now) } -> std::same_as<bool>;
  /// Frames that arrived on this worker's own queue.
  application.on_frames(port, packets, now);
  /// Packets that another worker handed over, with its note.
  application.on_handed_over(packets, now);
  /// Once per iteration: adoption, commands, timers. True where there was something to do.
  { application.on_turn(now) } -> std::same_as<bool>;
};

/// Of the calling thread: the kernel must not stretch a sleep of microseconds to its default slack.
void allow_short_sleeps();

template <Application A>
class Worker {
 public:
  Worker(Crew& crew, WorkerId self, Transmit& transmit, A& application, LoopCounters& counters)
      : crew_(crew), self_(self), transmit_(transmit), application_(application), counters_(counters) {}

  /// One turn at `now`. True where there was anything to do.
  bool iterate(Instant now) {
    gathered_ = receive(now) + take_over(now);
    bool busy = application_.on_turn(now) || gathered_ != 0;
    transmit_.flush();
    counters_.iterations.add();
    if (busy) counters_.busy_iterations.add();
    return busy;
  }

  /// Iterates until `stop`. Whoever sets it wakes the worker.
  void run(const TscClock& clock, config::Idle idle, const std::atomic<bool>& stop) {
    allow_short_sleeps();
    Instant last_work = clock.now();
    Nap nap;
    bool rested = false;
    while (!stop.load(std::memory_order_relaxed)) {
      const Instant now = clock.now();
      const bool busy = iterate(now);
      if (rested) nap.woke_to(gathered_);
      if (busy) last_work = now;
      rested = !busy;
      if (rested) rest(idle, nap.length(now - last_work), stop);
    }
  }

 private:
  unsigned receive(Instant now) {
    unsigned received = 0;
    for (const auto& port : crew_.ports()) {
      if (!port->has_queue(self_)) continue;
      uint16_t count = port->receive(self_, packets_.data(), burst_frames);
      if (count == 0) continue;
      received += count;
      application_.adopt(now);
      application_.on_frames(port->id(), std::span(packets_.data(), count), now);
    }
    if (received != 0) counters_.received.add(received);
    return received;
  }

  /// At most one burst from each worker, so that nobody's mail starves another's, or the ports.
  unsigned take_over(Instant now) {
    unsigned taken = 0;
    for (unsigned from = 0; from < crew_.workers(); ++from) {
      if (WorkerId(from) != self_) taken += take_over_from(WorkerId(from), now);
    }
    if (taken != 0) counters_.taken_over.add(taken);
    return taken;
  }

  unsigned take_over_from(WorkerId from, Instant now) {
    lane::SpscRing<HandOver>& ring = crew_.ring(from, self_);
    HandOver item;
    unsigned popped = 0;
    uint16_t count = 0;
    for (; popped < burst_frames && ring.pop(item); ++popped) {
      if (item.transmit_on != PortId::none) {
        transmit_.send(item.transmit_on, item.packet, item.realm);
      } else {
        packets_[count++] = item.packet;
      }
    }
    if (count != 0) {
      application_.adopt(now);
      application_.on_handed_over(std::span(packets_.data(), count), now);
    }
    return popped;
  }

  void rest(config::Idle idle, Duration at_most, const std::atomic<bool>& stop) {
    if (idle == config::Idle::spin) {
      rte_pause();
      return;
    }
    Waker& waker = crew_.waker(self_);
    waker.announce();
    if (crew_.has_mail(self_) || stop.load(std::memory_order_relaxed)) {
      waker.withdraw();
      return;
    }
    counters_.sleeps.add();
    waker.sleep(at_most);
  }

  Crew& crew_;
  const WorkerId self_;
  Transmit& transmit_;
  A& application_;
  LoopCounters& counters_;
  unsigned gathered_ = 0;  // packets that the last turn took
  std::array<rte_mbuf*, burst_frames> packets_;
};

}  // namespace sbc::worker
