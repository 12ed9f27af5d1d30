// KernelDevice: what the kernel says of a network device below an af_packet or af_xdp port.
//
// Asked of the network namespace that the calling thread is in, by rtnetlink: /sys shows whichever namespace
// it was mounted in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sbc::port {

struct KernelDevice {
  uint32_t mtu = 0;
  uint64_t rx_packets = 0, rx_dropped = 0;
  uint64_t tx_packets = 0, tx_dropped = 0;
};

/// Nothing where there is no such device.
std::optional<KernelDevice> read_kernel_device(const std::string& name);

}  // namespace sbc::port
