// Transmit: one worker's way out: fresh buffers, frames to ports, packets to other workers.
//
// Owned by one worker. Everything taken is sent, or freed and counted; the caller never keeps a packet.
// Frames wait in a bounded buffer per port until flush(), which the worker calls once per iteration; a port's
// frames keep their order.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "config/model/packet_buffers.h"
#include "dataplane/lane/counters.h"
#include "dataplane/worker/crew.h"
#include "dataplane/worker/loop_counters.h"

namespace sbc::worker {

class Transmit {
 public:
  static constexpr unsigned buffer_frames = config::transmit_buffer_max;  // per port

  Transmit(Crew& crew, WorkerId self, lane::DropCounters& drops, LoopCounters& counters);
  /// Frees what could not be sent.
  ~Transmit();
  Transmit(const Transmit&) = delete;
  Transmit& operator=(const Transmit&) = delete;

  WorkerId self() const { return self_; }

  /// An empty buffer; null, and counted as buffer_empty, when the pool has none.
  rte_mbuf* allocate(RealmId realm);
  /// Sends a finished frame on the port, through its queue's owner where this worker has none.
  void send(PortId port, rte_mbuf* frame, RealmId realm);
  /// Gives the packet with its note to another worker's application. False when its ring is full: freed,
  /// counted.
  bool hand_over(WorkerId to, rte_mbuf* packet, RealmId realm);
  void drop(rte_mbuf* packet, RealmId realm, Reason reason);

  /// Hands buffered frames to the devices and wakes the workers that got packets. Never waits: what a device
  /// does not take stays for the next time.
  void flush();
  /// Frames that wait for a device.
  unsigned waiting() const;

 private:
  struct Buffer {
    unsigned count = 0;
    std::array<rte_mbuf*, buffer_frames> frames;
    std::array<RealmId, buffer_frames> realms;
  };

  bool push(WorkerId to, const HandOver& item);
  void drain(PortId port, Buffer& buffer);

  Crew& crew_;
  WorkerId self_;
  lane::DropCounters& drops_;
  LoopCounters& counters_;
  std::vector<Buffer> buffers_;  // by port; only ports with a queue of ours use theirs
  uint32_t to_wake_ = 0;         // bit per worker that got something since the last flush
  static_assert(workers_max <= 32);
};

}  // namespace sbc::worker
