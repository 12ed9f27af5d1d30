#include "dataplane/port/port.h"

#include <algorithm>
#include <cstring>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "config/model/packet_buffers.h"
#include "config/types/check.h"
#include "dataplane/port/log_capture.h"

namespace sbc::port {
namespace {

std::string why(int code) { return rte_strerror(code < 0 ? -code : code); }

/// Spreads flows over the queues where the device can; hand-over does the rest.
void choose_rss(const rte_eth_dev_info& info, uint16_t queues, rte_eth_conf& conf) {
  uint64_t wanted = info.flow_type_rss_offloads & (RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP);
  if (queues < 2 || wanted == 0) return;
  conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
  conf.rx_adv_conf.rss_conf.rss_hf = wanted;
}

}  // namespace

uint64_t PortStats::lost_before_us() const {
  return std::max(rx_missed, kernel_rx_packets > rx_packets ? kernel_rx_packets - rx_packets : 0);
}

Port::Port(const config::Port& config, PortId id) : id_(id), name_(*config.name), mtu_(config.mtu) {
  if (config.driver == config::Driver::af_packet || config.driver == config::Driver::af_xdp) {
    kernel_device_ = config.device;
  }
}

std::unique_ptr<Port> Port::open(const config::Port& config, PortId id, unsigned workers, PacketPool& pool,
                                 std::string& error) {
  std::unique_ptr<Port> port(new Port(config, id));
  DeviceName device = device_name(config, id, workers);
  bool fine = port->check_kernel_mtu(error) && port->attach(device, error) &&
              port->configure(config, workers, pool, error);
  if (fine) return port;
  error = "port " + *config.name + " (" + config.device + "): " + error;
  return nullptr;
}

Port::~Port() {
  stop();
  if (ethdev_ != RTE_MAX_ETHPORTS) rte_eth_dev_close(ethdev_);
  if (!hotplugged_.empty()) rte_eal_hotplug_remove("vdev", hotplugged_.c_str());
}

/// What the kernel's device cannot carry would be lost without a trace.
bool Port::check_kernel_mtu(std::string& error) const {
  if (kernel_device_.empty()) return true;
  auto device = read_kernel_device(kernel_device_);
  if (!device) {
    error = "no such network device";
    return false;
  }
  if (device->mtu >= mtu_) return true;
  error = "mtu is " + std::to_string(mtu_) + ", but the network device's is " + std::to_string(device->mtu);
  return false;
}

bool Port::attach(const DeviceName& device, std::string& error) {
  LogCapture log;
  if (!device.arguments.empty()) {
    int code = rte_eal_hotplug_add("vdev", device.name.c_str(), device.arguments.c_str());
    if (code != 0) {
      error = "DPDK cannot open it: " + log.last_line(why(code));
      return false;
    }
    hotplugged_ = device.name;
  }
  if (rte_eth_dev_get_port_by_name(device.name.c_str(), &ethdev_) != 0) {
    ethdev_ = RTE_MAX_ETHPORTS;
    error = "DPDK has no such device: " + log.last_line(device.name);
    return false;
  }
  return true;
}

bool Port::configure(const config::Port& config, unsigned workers, PacketPool& pool, std::string& error) {
  LogCapture log;
  rte_eth_dev_info info;
  if (int code = rte_eth_dev_info_get(ethdev_, &info); code != 0) {
    error = "cannot ask what it can do: " + why(code);
    return false;
  }
  unsigned wanted = config.queues != 0 ? std::min<unsigned>(config.queues, workers) : workers;
  queues_ = uint16_t(std::min<unsigned>({wanted, info.max_rx_queues, info.max_tx_queues}));
  if (queues_ == 0) {
    error = "it has no queues";
    return false;
  }
  rte_eth_conf conf{};
  choose_rss(info, queues_, conf);
  constexpr uint64_t rx_checksums = RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM;
  constexpr uint64_t tx_useful = RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
  if ((info.rx_offload_capa & rx_checksums) == rx_checksums) conf.rxmode.offloads |= rx_checksums;
  conf.txmode.offloads = info.tx_offload_capa & tx_useful;
  capabilities_ = {.tx_ipv4_checksum = (conf.txmode.offloads & RTE_ETH_TX_OFFLOAD_IPV4_CKSUM) != 0,
                   .tx_udp_checksum = (conf.txmode.offloads & RTE_ETH_TX_OFFLOAD_UDP_CKSUM) != 0,
                   .rx_checksum_flags = (conf.rxmode.offloads & rx_checksums) == rx_checksums};
  if (int code = rte_eth_dev_configure(ethdev_, queues_, queues_, &conf); code != 0) {
    error = "cannot configure " + std::to_string(queues_) + " queues: " + log.last_line(why(code));
    return false;
  }
  if (!set_up_queues(config, pool, error)) {
    error += ": " + log.last_line("no reason given");
    return false;
  }
  if (config.driver == config::Driver::pci || config.driver == config::Driver::tap) {
    if (int code = rte_eth_dev_set_mtu(ethdev_, mtu_); code != 0) {
      error = "cannot set mtu " + std::to_string(mtu_) + ": " + log.last_line(why(code));
      return false;
    }
  }
  rte_ether_addr mac{};
  rte_eth_macaddr_get(ethdev_, &mac);
  std::memcpy(mac_.bytes.data(), mac.addr_bytes, mac_.bytes.size());
  // A TAP's address is the kernel's, at the other end of it: ours is a neighbour of it, locally administered.
  if (config.driver == config::Driver::tap) {
    mac_.bytes[0] |= 2;
    mac_.bytes[5] ^= 1;
  }
  return true;
}

bool Port::set_up_queues(const config::Port& config, PacketPool& pool, std::string& error) {
  // An af_xdp ring is all that holds a flood while its worker sleeps; twice its size is taken out of the
  // pool.
  uint16_t least = config.driver == config::Driver::af_xdp ? config::af_xdp_descriptors_min : 0;
  uint16_t rx = std::max(config.descriptors, least);
  uint16_t tx = rx;
  rte_eth_dev_adjust_nb_rx_tx_desc(ethdev_, &rx, &tx);
  for (uint16_t queue = 0; queue < queues_; ++queue) {
    if (rte_eth_rx_queue_setup(ethdev_, queue, rx, SOCKET_ID_ANY, nullptr, pool.mempool()) != 0) {
      error = "cannot set receive queue " + std::to_string(queue) + " up";
      return false;
    }
    if (rte_eth_tx_queue_setup(ethdev_, queue, tx, SOCKET_ID_ANY, nullptr) != 0) {
      error = "cannot set transmit queue " + std::to_string(queue) + " up";
      return false;
    }
  }
  return true;
}

bool Port::start(std::string& error) {
  SBC_CHECK(!started_);
  LogCapture log;
  kernel_at_start_ = kernel_device_now();
  if (int code = rte_eth_dev_start(ethdev_); code != 0) {
    error = "port " + name_ + ": cannot start: " + log.last_line(why(code));
    return false;
  }
  started_ = true;
  // Neighbour discovery (RFC 4861) and VLANs need frames that are not addressed to the port's own MAC
  // address; the worker tells what is ours. Drivers without a filter refuse this, and need it not.
  rte_eth_promiscuous_enable(ethdev_);
  rte_eth_allmulticast_enable(ethdev_);
  return true;
}

void Port::stop() {
  if (!started_) return;
  rte_eth_dev_stop(ethdev_);
  started_ = false;
}

bool Port::link_up() const {
  rte_eth_link link{};
  return rte_eth_link_get_nowait(ethdev_, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

PortStats Port::stats() const {
  PortStats stats;
  rte_eth_stats device{};
  if (rte_eth_stats_get(ethdev_, &device) == 0) {
    stats.rx_packets = device.ipackets;
    stats.rx_bytes = device.ibytes;
    stats.tx_packets = device.opackets;
    stats.tx_bytes = device.obytes;
    stats.rx_missed = device.imissed;
    stats.rx_no_buffer = device.rx_nombuf;
    stats.rx_errors = device.ierrors;
    stats.tx_errors = device.oerrors;
  }
  KernelDevice now = kernel_device_now();
  stats.kernel_rx_packets = now.rx_packets - kernel_at_start_.rx_packets;
  stats.kernel_rx_dropped = now.rx_dropped - kernel_at_start_.rx_dropped;
  stats.kernel_tx_packets = now.tx_packets - kernel_at_start_.tx_packets;
  stats.kernel_tx_dropped = now.tx_dropped - kernel_at_start_.tx_dropped;
  return stats;
}

KernelDevice Port::kernel_device_now() const {
  return kernel_device_.empty() ? KernelDevice{}
                                : read_kernel_device(kernel_device_).value_or(kernel_at_start_);
}

}  // namespace sbc::port
