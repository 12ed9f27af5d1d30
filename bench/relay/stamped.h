// Stamped: a border on ports whose frames are made as they come, for any number of flows.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "bench/relay/relay_border.h"
#include "bench/relay/stamping_device.h"
#include "bench/relay/swap_loop.h"

namespace sbc::bench {

class Stamped {
 public:
  /// `name`: of its devices. Null with one line in `error`.
  static std::unique_ptr<Stamped> open(const std::string& name, uint32_t flows, port::PacketPool& pool,
                                       std::string& error);

  RelayBorder& border() { return *border_; }
  /// The same ports without the border.
  SwapLoop& bare() { return *bare_; }

 private:
  Stamped() = default;

  std::array<std::unique_ptr<StampingDevice>, 2> devices_;
  std::unique_ptr<RelayBorder> border_;
  std::unique_ptr<SwapLoop> bare_;
  QueueCallbacks callbacks_;
};

}  // namespace sbc::bench
