// How many packet buffers a process needs: the one place that the check of a configuration, the pool and
// DPDK's memory are all sized by.
//
// A buffer that lies in a queue of a device, in a worker's cache or with a packet that waits for its next hop
// is of no use to anybody else. A pool that is no larger than what can lie there at one time may run dry for
// good: nothing is received, so nothing that holds buffers ever moves again.
#pragma once

#include <algorithm>
#include <cstdint>

#include "config/model/model.h"

namespace sbc::config {

inline constexpr uint32_t packet_buffers_max = 4'194'304;
inline constexpr uint32_t packet_cache_max = 256;     // buffers that one thread keeps for itself, at most
inline constexpr uint32_t transmit_buffer_max = 128;  // frames of a worker that wait for one port
inline constexpr uint32_t af_xdp_descriptors_min = 2048;

/// Of the pool, packets that may wait for unresolved next hops, all workers together: one in so many.
inline constexpr uint32_t held_share = 8;

/// What the queues of this port take out of the pool for as long as it is open.
inline uint64_t buffers_in_queues(const Port& port, unsigned workers) {
  uint64_t queues = port.queues != 0 ? std::min<unsigned>(port.queues, workers) : workers;
  switch (port.driver) {
    case Driver::af_packet:  // copies to and from the kernel's ring
    case Driver::pcap:
      return 0;
    case Driver::af_xdp:  // the fill ring has twice the descriptors
      return std::max<uint64_t>(port.queues, 1) *
             std::max<uint64_t>(port.descriptors, af_xdp_descriptors_min) * 3;
    case Driver::tap:
    case Driver::ring:
    case Driver::pci:
      break;
  }
  return queues * port.descriptors * 2;
}

/// The fewest buffers with which the pool cannot run dry for good.
inline uint64_t packet_buffers_min(const Model& model) {
  constexpr uint64_t slack = 512;               // bursts in work and frames of our own
  uint64_t threads = model.workers.count + 1u;  // the control thread opens ports and has a cache, too
  uint64_t needed = threads * packet_cache_max * 2 + slack;
  needed += uint64_t(model.workers.count) * model.ports.size() * transmit_buffer_max;
  for (const Port& port : model.ports) needed += buffers_in_queues(port, model.workers.count);
  return needed + needed / (held_share - 1) + 1;  // so that `needed` is left beside the held packets
}

/// As configured; where it is left to us, twice the least and enough for some tens of milliseconds of a
/// flood.
inline uint32_t packet_buffers(const Model& model) {
  constexpr uint64_t usual = 16'384;
  if (model.workers.packet_buffers != 0) return model.workers.packet_buffers;
  return uint32_t(std::min<uint64_t>(std::max(usual, packet_buffers_min(model) * 2), packet_buffers_max));
}

}  // namespace sbc::config
