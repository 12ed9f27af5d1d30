#include "bench/relay/queue_callbacks.h"

namespace sbc::bench {

QueueCallbacks::~QueueCallbacks() {
  for (const auto& [ethdev, callback] : received_) rte_eth_remove_rx_callback(ethdev, 0, callback);
  for (const auto& [ethdev, callback] : sent_) rte_eth_remove_tx_callback(ethdev, 0, callback);
}

bool QueueCallbacks::on_received(uint16_t ethdev, rte_rx_callback_fn look, void* argument,
                                 std::string& error) {
  received_.emplace_back(ethdev, rte_eth_add_rx_callback(ethdev, 0, look, argument));
  if (received_.back().second == nullptr) error = "a port takes no callback";
  return received_.back().second != nullptr;
}

bool QueueCallbacks::on_sent(uint16_t ethdev, rte_tx_callback_fn look, void* argument, std::string& error) {
  sent_.emplace_back(ethdev, rte_eth_add_tx_callback(ethdev, 0, look, argument));
  if (sent_.back().second == nullptr) error = "a port takes no callback";
  return sent_.back().second != nullptr;
}

}  // namespace sbc::bench
