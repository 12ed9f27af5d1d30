// Port: one Ethernet device of the model, with a receive and a transmit queue per worker as far as it has
// them.
//
// Opened, started and stopped by the main thread. Queue q belongs to worker q alone. A worker beyond the last
// queue receives from this port by hand-over only and sends through the worker that tx_owner() names.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <rte_ethdev.h>

#include "config/model/model.h"
#include "dataplane/port/kernel_device.h"
#include "dataplane/port/packet_pool.h"

namespace sbc::port {

struct Capabilities {
  bool tx_ipv4_checksum = false;  // the device fills the IPv4 header checksum in
  bool tx_udp_checksum = false;
  bool rx_checksum_flags = false;  // mbufs say whether the device found the checksums right
};

struct PortStats {
  uint64_t rx_packets = 0, rx_bytes = 0;
  uint64_t tx_packets = 0, tx_bytes = 0;
  uint64_t rx_missed = 0;     // receive queue was full
  uint64_t rx_no_buffer = 0;  // pool was empty
  uint64_t rx_errors = 0, tx_errors = 0;
  // Of the kernel's device below an af_packet or af_xdp port, since start(); zero for the others. What it
  // calls dropped differs from driver to driver, and may or may not be among what it received.
  uint64_t kernel_rx_packets = 0, kernel_rx_dropped = 0;
  uint64_t kernel_tx_packets = 0, kernel_tx_dropped = 0;

  /// Frames that reached the device and never us. af_packet and af_xdp do not report what their rings
  /// dropped; the kernel's count does, give or take the frames that are in the ring right now.
  uint64_t lost_before_us() const;
};

/// A driver's name and device arguments as DPDK takes them, e.g. {"net_af_packet0", "iface=eth1,qpairs=2,…"}.
struct DeviceName {
  std::string name;
  std::string arguments;  // empty where the device exists already (PCI, ring)
};
DeviceName device_name(const config::Port& port, PortId id, unsigned workers);

class Port {
 public:
  /// Null with one line in `error`.
  static std::unique_ptr<Port> open(const config::Port& config, PortId id, unsigned workers, PacketPool& pool,
                                    std::string& error);
  /// Stops and closes.
  ~Port();
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  /// Frames flow from here on; false with one line in `error`.
  bool start(std::string& error);
  void stop();

  PortId id() const { return id_; }
  const std::string& name() const { return name_; }
  MacAddress mac() const { return mac_; }
  uint16_t mtu() const { return mtu_; }
  const Capabilities& capabilities() const { return capabilities_; }
  uint16_t queues() const { return queues_; }
  bool link_up() const;
  PortStats stats() const;

  bool has_queue(WorkerId worker) const { return index_of(worker) < queues_; }
  /// The worker whose queue this worker's frames leave by; itself where it has one.
  WorkerId tx_owner(WorkerId worker) const {
    return has_queue(worker) ? worker : WorkerId(index_of(worker) % queues_);
  }

  /// Only by the queue's worker. Up to `count` frames into `frames`; returns how many.
  uint16_t receive(WorkerId worker, rte_mbuf** frames, uint16_t count) {
    return rte_eth_rx_burst(ethdev_, index_of(worker), frames, count);
  }
  /// Only by the queue's worker. Returns how many were taken, from the front.
  uint16_t transmit(WorkerId worker, rte_mbuf** frames, uint16_t count) {
    return rte_eth_tx_burst(ethdev_, index_of(worker), frames, count);
  }

 private:
  Port(const config::Port& config, PortId id);
  bool attach(const DeviceName& device, std::string& error);
  bool configure(const config::Port& config, unsigned workers, PacketPool& pool, std::string& error);
  bool set_up_queues(const config::Port& config, PacketPool& pool, std::string& error);
  bool check_kernel_mtu(std::string& error) const;
  KernelDevice kernel_device_now() const;

  PortId id_;
  std::string name_;
  std::string kernel_device_;  // empty = none
  std::string hotplugged_;     // the vdev that this object attached; empty = not ours to detach
  uint16_t ethdev_ = RTE_MAX_ETHPORTS;
  uint16_t queues_ = 0;
  uint16_t mtu_;
  bool started_ = false;
  MacAddress mac_;
  Capabilities capabilities_;
  KernelDevice kernel_at_start_;
};

}  // namespace sbc::port
