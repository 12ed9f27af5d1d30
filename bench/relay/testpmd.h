// Testpmd: DPDK's own forwarder, dpdk-testpmd, as a child process on a core of ours: the ruler.
//
// One thread. The child ends with this object, or with the process.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <time.h>
#include <unistd.h>

#include "bench/relay/pace.h"

namespace sbc::bench {

struct TestpmdSetup {
  std::array<std::string, 2> captures;
  uint16_t main_core = 0, core = 0;
  uint32_t buffers = 0, buffer_bytes = 0;  // packets' own bytes, headroom included
  uint32_t megabytes = 0;
  bool huge = false;
};

class Testpmd {
 public:
  /// Null with one line in `error`.
  static std::unique_ptr<Testpmd> start(const TestpmdSetup& setup, std::string& error);
  ~Testpmd();
  Testpmd(const Testpmd&) = delete;
  Testpmd& operator=(const Testpmd&) = delete;

  /// Forwards for a while by `mode` ("macswap", "5tswap"). CPU nanoseconds per packet; 0 where it fails.
  double slice(std::string_view mode, const Pace& pace);

 private:
  Testpmd(pid_t child, int terminal) : child_(child), terminal_(terminal) {}
  /// What is said up to the next prompt; empty where none comes.
  std::string answer();
  std::string command(std::string_view words);
  Progress progress();

  pid_t child_;
  int terminal_;
  clockid_t cpu_clock_ = 0;
};

}  // namespace sbc::bench
