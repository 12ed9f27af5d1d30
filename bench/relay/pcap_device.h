// PcapDevice: an Ethernet device of DPDK's that replays a capture for ever and drops what it is to send
// (net_pcap). Open it as a port with Driver::ring and its name. Needs EAL.
#pragma once

#include <memory>
#include <string>

#include "bench/relay/flows.h"

namespace sbc::bench {

/// As DPDK takes them.
std::string pcap_arguments(const std::string& capture);

class PcapDevice {
 public:
  /// The device's MAC address stands in the frames that it replays: so it is told before there is a capture.
  static MacAddress next_mac();
  /// Null with one line in `error`.
  static std::unique_ptr<PcapDevice> attach(const std::string& name, const std::string& capture,
                                            std::string& error);
  /// After the port is closed.
  ~PcapDevice();
  PcapDevice(const PcapDevice&) = delete;
  PcapDevice& operator=(const PcapDevice&) = delete;

 private:
  explicit PcapDevice(std::string name) : name_(std::move(name)) {}

  std::string name_;
};

}  // namespace sbc::bench
