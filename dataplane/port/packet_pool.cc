#include "dataplane/port/packet_pool.h"

#include <algorithm>
#include <bit>

#include <rte_errno.h>
#include <rte_ether.h>
#include <rte_lcore.h>

#include "config/model/packet_buffers.h"

namespace sbc::port {
namespace {

constexpr uint16_t frame_overhead = RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN + 2 * 4;  // two VLAN tags

/// Per lcore. Half as much again may lie in a cache: all of them together must leave most of a small pool.
unsigned cache_buffers(uint32_t buffers) {
  return std::min(config::packet_cache_max, buffers / (8 * std::max(rte_lcore_count(), 1u)));
}

}  // namespace

uint16_t frame_bytes_max(const config::Model& model) {
  uint16_t mtu = 1500;
  for (const config::Port& port : model.ports) mtu = std::max(mtu, port.mtu);
  // A power of two holds an af_packet ring frame of that size whole, which its driver demands.
  unsigned bytes = std::bit_ceil(unsigned(mtu + frame_overhead));
  return uint16_t(std::min(bytes, 65535u - headroom_bytes));
}

std::unique_ptr<PacketPool> PacketPool::create(uint32_t buffers, uint16_t frame_bytes, std::string& error) {
  // Workers may share a core: a preempted one must not hold up the others, as in the default ring it could.
  rte_mempool* pool =
      rte_pktmbuf_pool_create_by_ops("packets", buffers, cache_buffers(buffers), note_bytes,
                                     uint16_t(headroom_bytes + frame_bytes), SOCKET_ID_ANY, "ring_mt_rts");
  if (pool == nullptr) {
    error =
        "cannot make the pool of " + std::to_string(buffers) + " packet buffers: " + rte_strerror(rte_errno);
    return nullptr;
  }
  return std::unique_ptr<PacketPool>(new PacketPool(pool));
}

PacketPool::~PacketPool() { rte_mempool_free(pool_); }

uint32_t PacketPool::capacity() const { return pool_->size; }
uint32_t PacketPool::in_use() const { return rte_mempool_in_use_count(pool_); }

}  // namespace sbc::port
