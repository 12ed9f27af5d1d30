#include "bench/relay/pcap_device.h"

#include <cstring>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

namespace sbc::bench {
namespace {

uint8_t attached = 0;  // in this process so far

/// The driver numbers its devices.
MacAddress mac_of(uint8_t number) { return {{2, 'p', 'c', 'a', 'p', number}}; }

}  // namespace

std::string pcap_arguments(const std::string& capture) { return "rx_pcap=" + capture + ",infinite_rx=1"; }

MacAddress PcapDevice::next_mac() { return mac_of(attached); }

std::unique_ptr<PcapDevice> PcapDevice::attach(const std::string& name, const std::string& capture,
                                               std::string& error) {
  const MacAddress expected = next_mac();
  if (int code = rte_eal_hotplug_add("vdev", name.c_str(), pcap_arguments(capture).c_str()); code != 0) {
    error = "DPDK does not open " + capture + ": " + rte_strerror(-code);
    return nullptr;
  }
  ++attached;
  std::unique_ptr<PcapDevice> device(new PcapDevice(name));
  uint16_t ethdev = 0;
  rte_ether_addr mac{};
  bool known = rte_eth_dev_get_port_by_name(name.c_str(), &ethdev) == 0 &&
               rte_eth_macaddr_get(ethdev, &mac) == 0 &&
               std::memcmp(mac.addr_bytes, expected.bytes.data(), sizeof mac) == 0;
  if (known) return device;
  error = name + " has another MAC address than expected";
  return nullptr;
}

PcapDevice::~PcapDevice() { rte_eal_hotplug_remove("vdev", name_.c_str()); }

}  // namespace sbc::bench
