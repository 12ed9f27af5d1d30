// Links: the two networks that a border lies between: its peers' datagrams become frames on its ports, and
// what it sends becomes datagrams again. Every neighbour answers ARP.
//
// Owned by the thread that feeds the border.
#pragma once

#include <span>
#include <string_view>

#include "bench/calls/border.h"
#include "bench/calls/peers.h"

namespace sbc::bench {

class Links final : public Outlet {
 public:
  explicit Links(Border& border) : border_(border) {}

  void send(Side side, const Endpoint& from, const Endpoint& to, std::string_view payload) override;
  /// Gives the peers what the border has sent so far; false when that was nothing.
  bool receive(Peers& peers);

 private:
  static constexpr unsigned burst = 64;

  void take(Side side, std::span<const uint8_t> bytes, Peers& peers);
  void answer_arp(Side side, const wire::Frame& frame, std::span<const uint8_t> bytes);
  void arrive(Side side, rte_mbuf* packet);
  rte_mbuf* allocate();

  Border& border_;
};

}  // namespace sbc::bench
