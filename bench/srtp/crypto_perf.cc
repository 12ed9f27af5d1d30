#include "bench/srtp/crypto_perf.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/harness/child.h"

namespace sbc::bench {
namespace {

constexpr uint64_t few_packets = 32'000, many_packets = 8'000'000;

std::string text(uint64_t number) { return std::to_string(number); }

uint64_t nanoseconds(const timeval& time) {
  return (uint64_t(time.tv_sec) * 1'000'000u + uint64_t(time.tv_usec)) * 1'000u;
}

}  // namespace

CryptoPerf::CryptoPerf(const CryptoPerfSetup& setup) {
  words_ = {"dpdk-test-crypto-perf",
            "--lcores=0@" + text(setup.main_core) + ",1@" + text(setup.core),
            "--main-lcore=0",
            "--no-pci",
            "--no-telemetry",
            "--file-prefix=crypto-perf-" + text(uint64_t(getpid())),
            "-m",
            "512"};
  if (setup.huge) {
    words_.push_back("--in-memory");
  } else {
    words_.insert(words_.end(), {"--no-huge", "--no-shconf"});
  }
  words_.insert(words_.end(),
                {"--vdev=" + setup.driver + "0", "--", "--ptest=throughput", "--devtype=" + setup.driver,
                 "--burst-sz=" + text(setup.burst), "--buffer-sz=" + text(setup.bytes), "--silent"});
  words_.insert(words_.end(), setup.cipher.begin(), setup.cipher.end());
}

double CryptoPerf::slice() const {
  const uint64_t few = run(few_packets), many = run(many_packets);
  return few == 0 || many <= few ? 0 : double(many - few) / double(many_packets - few_packets);
}

uint64_t CryptoPerf::run(uint64_t packets) const {
  std::vector<std::string> words = words_;
  words.push_back("--total-ops=" + text(packets));
  const pid_t child = fork();
  if (child == 0) become_silent(words);
  int status = 0;
  rusage used{};
  if (child < 0 || wait4(child, &status, 0, &used) != child || status != 0) return 0;
  return nanoseconds(used.ru_utime) + nanoseconds(used.ru_stime);
}

}  // namespace sbc::bench
