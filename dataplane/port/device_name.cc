#include <algorithm>
#include <bit>

#include "dataplane/port/port.h"

namespace sbc::port {
namespace {

// An af_packet ring holds what arrives while its worker sleeps or was preempted: 4,096 frames of 2 KiB are 40
// ms of a flood of 100,000 packets/s. The driver's default is 512 frames.
constexpr uint32_t ring_bytes = 8 * 1024 * 1024;
constexpr uint32_t ring_block_bytes = 128 * 1024;
constexpr uint32_t ring_frame_overhead = 96;  // TPACKET_V2 header, address, Ethernet and VLAN headers

std::string af_packet_arguments(const config::Port& port, unsigned queues) {
  uint32_t frame = std::bit_ceil(std::max<uint32_t>(port.mtu + ring_frame_overhead, 2048));
  uint32_t frames = std::max<uint32_t>(ring_bytes / frame, std::bit_ceil(uint32_t(port.descriptors)));
  return "iface=" + port.device + ",qpairs=" + std::to_string(queues) +
         ",blocksz=" + std::to_string(std::max(ring_block_bytes, frame)) +
         ",framesz=" + std::to_string(frame) + ",framecnt=" + std::to_string(frames);
}

}  // namespace

DeviceName device_name(const config::Port& port, PortId id, unsigned workers) {
  std::string number = std::to_string(index_of(id));
  unsigned queues = port.queues != 0 ? port.queues : workers;
  DeviceName device;
  switch (port.driver) {
    case config::Driver::af_packet:
      device = {"net_af_packet" + number, af_packet_arguments(port, std::min(queues, workers))};
      break;
    case config::Driver::af_xdp:
      // A veth has one active queue unless somebody gave it more; then `queues` says how many.
      device = {"net_af_xdp" + number, "iface=" + port.device + ",start_queue=0,queue_count=" +
                                           std::to_string(std::max<unsigned>(port.queues, 1))};
      break;
    case config::Driver::tap:
      device = {"net_tap" + number, "iface=" + port.device};
      break;
    case config::Driver::pcap:
      device = {"net_pcap" + number, port.device.empty() ? "" : "rx_pcap=" + port.device};
      break;
    case config::Driver::ring:
    case config::Driver::pci:
      return {port.device, ""};
  }
  if (!port.arguments.empty()) device.arguments += (device.arguments.empty() ? "" : ",") + port.arguments;
  return device;
}

}  // namespace sbc::port
