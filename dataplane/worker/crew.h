// Crew: what the workers of a process have in common: ports, the packet pool, and a bounded ring from every
// worker to every other one.
//
// Built by the main thread before the workers start. Ring (from, to) has exactly one producer and one
// consumer.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/lane/spsc_ring.h"
#include "dataplane/port/port.h"
#include "dataplane/worker/waker.h"

namespace sbc::worker {

/// A packet that changes its worker. Whoever pops it owns it.
struct HandOver {
  rte_mbuf* packet = nullptr;
  PortId transmit_on = PortId::none;  // the receiver is only to send it there; none = it is the application's
  RealmId realm = RealmId::none;      // for the drop counters
};

class Crew {
 public:
  static constexpr uint32_t ring_capacity = 1024;

  /// `ports` in the model's order; both must outlive the crew.
  Crew(unsigned workers, std::span<const std::unique_ptr<port::Port>> ports, port::PacketPool& pool,
       uint32_t capacity = ring_capacity);
  /// Frees packets that nobody took.
  ~Crew();

  unsigned workers() const { return workers_; }
  std::span<const std::unique_ptr<port::Port>> ports() const { return ports_; }
  port::Port& port(PortId id) const { return *ports_[index_of(id)]; }
  port::PacketPool& pool() const { return pool_; }

  lane::SpscRing<HandOver>& ring(WorkerId from, WorkerId to) {
    return *rings_[index_of(from) * workers_ + index_of(to)];
  }
  /// For producers of other rings that a worker drains, too (commands, answers).
  Waker& waker(WorkerId worker) { return wakers_[index_of(worker)]; }
  /// Whether some ring to this worker holds a packet.
  bool has_mail(WorkerId worker) const;

 private:
  unsigned workers_;
  std::span<const std::unique_ptr<port::Port>> ports_;
  port::PacketPool& pool_;
  std::vector<std::unique_ptr<lane::SpscRing<HandOver>>> rings_;
  std::unique_ptr<Waker[]> wakers_;
};

}  // namespace sbc::worker
