// QueueCallbacks: what looks at the bursts of ports' first queues. It goes before the ports are closed: DPDK
// would leave it to the next port that gets the number.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <rte_ethdev.h>

namespace sbc::bench {

class QueueCallbacks {
 public:
  QueueCallbacks() = default;
  ~QueueCallbacks();
  QueueCallbacks(const QueueCallbacks&) = delete;
  QueueCallbacks& operator=(const QueueCallbacks&) = delete;

  // The port is open. False with one line in `error`.
  bool on_received(uint16_t ethdev, rte_rx_callback_fn look, void* argument, std::string& error);
  bool on_sent(uint16_t ethdev, rte_tx_callback_fn look, void* argument, std::string& error);

 private:
  using Callback = std::pair<uint16_t, const rte_eth_rxtx_callback*>;

  std::vector<Callback> received_, sent_;
};

}  // namespace sbc::bench
