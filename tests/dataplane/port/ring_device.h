// RingDevice: an Ethernet device in memory: what a test puts into a receive ring arrives, what the port sends
// stands in a transmit ring. Open it as a port with Driver::ring and device(). Needs EAL and librte_net_ring.
// Each ring has one thread at either end.
#pragma once

#include <string>
#include <vector>

#include <rte_dev.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "config/model/model.h"
#include "config/types/check.h"

namespace sbc::port {

class RingDevice {
 public:
  static constexpr unsigned frames = 1024;  // a ring's capacity, less one

  RingDevice(const std::string& name, unsigned queues, unsigned capacity = frames)
      : name_(name), capacity_(capacity) {
    for (unsigned queue = 0; queue < queues; ++queue) {
      rx_.push_back(make_ring("rx", queue));
      tx_.push_back(make_ring("tx", queue));
    }
    int ethdev = rte_eth_from_rings(name.c_str(), rx_.data(), queues, tx_.data(), queues, 0);
    SBC_CHECK(ethdev >= 0);
    rte_ether_addr mac{
        {2, 0, 0, 0, 1, uint8_t(ethdev)}};  // the driver leaves it zero, which no host may have
    SBC_CHECK(rte_eth_dev_mac_addr_add(uint16_t(ethdev), &mac, 0) == 0);
  }
  /// After the port is closed. Frees what stands in the rings.
  ~RingDevice() {
    rte_eal_hotplug_remove("vdev", device().c_str());
    for (auto* rings : {&rx_, &tx_}) {
      for (rte_ring* ring : *rings) {
        while (rte_mbuf* frame = take_from(ring)) rte_pktmbuf_free(frame);
        rte_ring_free(ring);
      }
    }
  }
  RingDevice(const RingDevice&) = delete;
  RingDevice& operator=(const RingDevice&) = delete;

  std::string device() const { return "net_ring_" + name_; }
  config::Port config() const {
    config::Port port;
    port.name = {name_};
    port.driver = config::Driver::ring;
    port.device = device();
    port.queues = uint16_t(rx_.size());
    return port;
  }

  /// Lets a frame arrive on a queue; false, and the frame stays the caller's, when the ring is full.
  bool arrive(unsigned queue, rte_mbuf* frame) { return rte_ring_enqueue(rx_[queue], frame) == 0; }
  /// The next frame that was sent on a queue, now the caller's; null when there is none.
  rte_mbuf* sent(unsigned queue) { return take_from(tx_[queue]); }
  unsigned queues() const { return unsigned(rx_.size()); }
  rte_ring* tx_ring(unsigned queue) { return tx_[queue]; }

 private:
  rte_ring* make_ring(const char* direction, unsigned queue) {
    std::string name = name_ + '_' + direction + std::to_string(queue);
    rte_ring* ring = rte_ring_create(name.c_str(), capacity_, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
    SBC_CHECK(ring != nullptr);
    return ring;
  }
  static rte_mbuf* take_from(rte_ring* ring) {
    void* frame = nullptr;
    return rte_ring_dequeue(ring, &frame) == 0 ? static_cast<rte_mbuf*>(frame) : nullptr;
  }

  std::string name_;
  unsigned capacity_;
  std::vector<rte_ring*> rx_, tx_;
};

}  // namespace sbc::port
