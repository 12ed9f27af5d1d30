#include "bench/relay/swap_loop.h"

#include <utility>

#include <rte_ethdev.h>
#include <rte_ether.h>

#include "dataplane/worker/worker.h"

namespace sbc::bench {

void SwapLoop::work(const std::atomic<Work*>& wanted) {
  while (wanted.load(std::memory_order_relaxed) == this) {
    forward(ethdevs_[0], ethdevs_[1]);
    forward(ethdevs_[1], ethdevs_[0]);
  }
}

void SwapLoop::forward(uint16_t from, uint16_t to) {
  std::array<rte_mbuf*, worker::burst_frames> packets;
  const uint16_t count = rte_eth_rx_burst(from, 0, packets.data(), worker::burst_frames);
  for (uint16_t i = 0; i < count; ++i) {
    auto* ethernet = rte_pktmbuf_mtod(packets[i], rte_ether_hdr*);
    std::swap(ethernet->src_addr, ethernet->dst_addr);
  }
  const uint16_t sent = rte_eth_tx_burst(to, 0, packets.data(), count);
  for (uint16_t i = sent; i < count; ++i) rte_pktmbuf_free(packets[i]);
  forwarded_.add(sent);
}

}  // namespace sbc::bench
