// PcapFile: a capture of Ethernet frames in the classic format (libpcap's, magic number a1b2c3d4), without
// times.
#pragma once

#include <fstream>
#include <span>
#include <string>

#include "bench/relay/flows.h"

namespace sbc::bench {

class PcapFile {
 public:
  explicit PcapFile(const std::string& path);

  void add(std::span<const uint8_t> frame);
  /// False where not all of it could be written.
  bool finish();

 private:
  void put(std::initializer_list<uint32_t> words);

  std::ofstream file_;
};

inline constexpr unsigned packets_per_flow = 16;

/// What all far ends of one side send to the port with this MAC address: each flow's packets in sequence, the
/// flows of each round in an order of its own, the same in every run.
bool write_capture(const std::string& path, const Flows& flows, uint8_t side, const MacAddress& to);

}  // namespace sbc::bench
