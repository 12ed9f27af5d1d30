// CryptoPerf: DPDK's own measure of its cipher drivers, dpdk-test-crypto-perf, as a child process: the ruler.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sbc::bench {

struct CryptoPerfSetup {
  std::string driver;               // of the virtual device
  std::vector<std::string> cipher;  // which work: crypto-perf's own options
  uint16_t main_core = 0, core = 0;
  unsigned burst = 0, bytes = 0;  // a packet's
  bool huge = false;
};

class CryptoPerf {
 public:
  explicit CryptoPerf(const CryptoPerfSetup& setup);

  /// CPU nanoseconds per packet; 0 where it fails.
  double slice() const;

 private:
  /// CPU nanoseconds of a whole run, its start included; 0 where it fails.
  uint64_t run(uint64_t packets) const;

  std::vector<std::string> words_;
};

}  // namespace sbc::bench
