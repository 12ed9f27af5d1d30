// StampingDevice: an Ethernet device in memory whose frames are made as they are received, by arithmetic on a
// flow's number: so there can be any number of flows, and nothing but the border looks anything up. What is
// sent to it is freed (net_null). Open it as a port with Driver::ring and its name, then begin(). Needs EAL.
#pragma once

#include <array>
#include <memory>
#include <string>

#include <rte_ethdev.h>

#include "bench/relay/flows.h"
#include "bench/relay/queue_callbacks.h"

namespace sbc::bench {

class StampingDevice {
 public:
  /// Of what the far ends of `side` send, IPv4. Null with one line in `error`.
  static std::unique_ptr<StampingDevice> attach(const std::string& name, const Flows& flows, uint8_t side,
                                                std::string& error);
  /// After the port is closed.
  ~StampingDevice();
  StampingDevice(const StampingDevice&) = delete;
  StampingDevice& operator=(const StampingDevice&) = delete;

  /// The port is open: from here on, as long as `callbacks`, frames are stamped. False with one line in
  /// `error`.
  bool begin(QueueCallbacks& callbacks, std::string& error);
  /// As DPDK numbers it, after begin().
  uint16_t ethdev() const { return ethdev_; }

  static constexpr size_t frame_bytes = wire::ethernet_size + wire::ipv4_size + wire::udp_size + rtp_bytes;
  /// The flow's frame with that number, after begin().
  void stamp(uint8_t* frame, uint32_t flow, uint16_t sequence) const;

 private:
  StampingDevice(std::string name, const Flows& flows, uint8_t side)
      : name_(std::move(name)), flows_(flows), side_(side), stride_(stride_of_any % flows.count()) {}

  /// Flows come in a scattered order, each once a round; prime to every number of flows that is used.
  static constexpr uint32_t stride_of_any = 618'033;

  static uint16_t stamp_burst(uint16_t, uint16_t, rte_mbuf** packets, uint16_t count, uint16_t, void* device);
  void make_template(const MacAddress& to);
  void step();

  const std::string name_;
  const Flows flows_;
  const uint8_t side_;
  const uint32_t stride_;
  uint16_t ethdev_ = 0;
  std::array<uint8_t, frame_bytes_max> template_{};  // without what differs from flow to flow
  uint32_t ip_sum_ = 0, udp_sum_ = 0;                // of the template, not folded
  uint32_t flow_ = 0, in_round_ = 0;
  uint16_t sequence_ = 0;
};

}  // namespace sbc::bench
