#include "bench/srtp/echo_device.h"

#include <cstring>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_ether.h>

#include "dataplane/bytes/big_endian.h"
#include "dataplane/bytes/word.h"
#include "dataplane/wire/frame.h"

namespace sbc::bench {
namespace {

constexpr unsigned capacity = 1'024;  // frames on their way, less one
constexpr size_t addresses_at = wire::ethernet_size + 12, ports_at = wire::ethernet_size + wire::ipv4_size;

template <class Word>
void swap_neighbours(uint8_t* at) {
  const Word first = word_at<Word>(at), second = word_at<Word>(at + sizeof(Word));
  std::memcpy(at, &second, sizeof second);
  std::memcpy(at + sizeof(Word), &first, sizeof first);
}

/// Checksums stay right: they are sums.
void send_back(uint8_t* frame) {
  auto* ethernet = reinterpret_cast<rte_ether_hdr*>(frame);
  std::swap(ethernet->src_addr, ethernet->dst_addr);
  swap_neighbours<uint32_t>(frame + addresses_at);
  swap_neighbours<uint16_t>(frame + ports_at);
}

}  // namespace

std::unique_ptr<EchoDevice> EchoDevice::attach(const std::string& name, std::string& error) {
  std::unique_ptr<EchoDevice> echo(new EchoDevice(name));
  echo->ring_ = rte_ring_create(name.c_str(), capacity, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
  const int ethdev = echo->ring_ != nullptr ? rte_eth_from_ring(echo->ring_) : -1;
  // The driver leaves the address zero, which no host may have.
  rte_ether_addr mac{{2, 'e', 'c', 'h', 'o', uint8_t(ethdev)}};
  if (ethdev >= 0 && rte_eth_dev_mac_addr_add(uint16_t(ethdev), &mac, 0) == 0) {
    echo->ethdev_ = uint16_t(ethdev);
    return echo;
  }
  error = "DPDK does not make " + echo->device() + ": " + rte_strerror(rte_errno);
  return nullptr;
}

EchoDevice::~EchoDevice() {
  rte_eal_hotplug_remove("vdev", device().c_str());
  void* frame = nullptr;
  while (ring_ != nullptr && rte_ring_dequeue(ring_, &frame) == 0)
    rte_pktmbuf_free(static_cast<rte_mbuf*>(frame));
  rte_ring_free(ring_);
}

bool EchoDevice::begin(QueueCallbacks& callbacks, std::string& error) {
  return callbacks.on_received(ethdev_, echo_burst, this, error);
}

uint16_t EchoDevice::echo_burst(uint16_t, uint16_t, rte_mbuf** packets, uint16_t count, uint16_t,
                                void* device) {
  auto& self = *static_cast<EchoDevice*>(device);
  uint16_t kept = 0;
  for (uint16_t i = 0; i < count; ++i) {
    auto* frame = rte_pktmbuf_mtod(packets[i], uint8_t*);
    if (load_be16(frame + 12) != wire::ethertype_ipv4) {
      rte_pktmbuf_free(packets[i]);
      continue;
    }
    self.samples_.pass(packets[i]);
    send_back(frame);
    packets[kept++] = packets[i];
  }
  return kept;
}

}  // namespace sbc::bench
