// Replay: a border whose ports replay what its flows' far ends send.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "bench/relay/pcap_device.h"
#include "bench/relay/relay_border.h"

namespace sbc::bench {

class Replay {
 public:
  /// `name`: of its devices, and of its captures, which take a few hundred bytes a packet in /tmp. The pool
  /// holds them, too. Null with one line in `error`.
  static std::unique_ptr<Replay> open(const std::string& name, const Flows& flows, port::PacketPool& pool,
                                      std::string& error);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  RelayBorder& border() { return *border_; }
  const std::array<std::string, 2>& captures() const { return captures_; }

 private:
  Replay() = default;

  std::array<std::string, 2> captures_;
  std::array<std::unique_ptr<PcapDevice>, 2> devices_;
  std::unique_ptr<RelayBorder> border_;
};

}  // namespace sbc::bench
