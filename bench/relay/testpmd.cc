#include "bench/relay/testpmd.h"

#include <charconv>
#include <csignal>
#include <vector>

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>

#include "bench/harness/child.h"
#include "bench/relay/configuration.h"
#include "bench/relay/pcap_device.h"

namespace sbc::bench {
namespace {

constexpr std::string_view prompt = "testpmd> ";
constexpr int patience_ms = 60'000;  // it reads captures of hundreds of megabytes first
constexpr unsigned burst = 32;

std::string text(uint64_t number) { return std::to_string(number); }

std::vector<std::string> arguments_of(const TestpmdSetup& setup) {
  std::vector<std::string> words{"dpdk-testpmd",
                                 "--lcores=0@" + text(setup.main_core) + ",1@" + text(setup.core),
                                 "--main-lcore=0",
                                 "--no-pci",
                                 "--no-telemetry",
                                 "--file-prefix=testpmd-" + text(uint64_t(getpid())),
                                 "-m",
                                 text(setup.megabytes)};
  if (setup.huge) {
    words.push_back("--in-memory");
  } else {
    words.insert(words.end(), {"--no-huge", "--no-shconf"});
  }
  for (size_t i = 0; i < setup.captures.size(); ++i)
    words.push_back("--vdev=net_pcap" + text(i) + "," + pcap_arguments(setup.captures[i]));
  words.insert(words.end(), {"--", "-i", "--nb-cores=1", "--no-flush-rx", "--burst=" + text(burst),
                             "--rxd=" + text(descriptors), "--txd=" + text(descriptors),
                             "--mbuf-size=" + text(setup.buffer_bytes), "--mbcache=256",
                             "--total-num-mbufs=" + text(setup.buffers)});
  return words;
}

/// All numbers behind `name`, added up.
uint64_t sum_of(std::string_view text, std::string_view name) {
  uint64_t sum = 0;
  for (size_t at = text.find(name); at != text.npos; at = text.find(name, at)) {
    at += name.size();
    uint64_t number = 0;
    std::from_chars(text.data() + at, text.data() + text.size(), number);
    sum += number;
  }
  return sum;
}

}  // namespace

std::unique_ptr<Testpmd> Testpmd::start(const TestpmdSetup& setup, std::string& error) {
  const std::vector<std::string> words = arguments_of(setup);
  int terminal = -1;
  pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) become(words);
  if (child < 0) {
    error = "dpdk-testpmd: no terminal for it";
    return nullptr;
  }
  std::unique_ptr<Testpmd> testpmd(new Testpmd(child, terminal));
  bool fine = !testpmd->answer().empty() && clock_getcpuclockid(child, &testpmd->cpu_clock_) == 0;
  if (fine) return testpmd;
  error = "dpdk-testpmd does not start";
  return nullptr;
}

Testpmd::~Testpmd() {
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
  close(terminal_);
}

std::string Testpmd::answer() {
  std::string said;
  std::array<char, 4096> room;
  while (!said.ends_with(prompt)) {
    pollfd ready{terminal_, POLLIN, 0};
    if (poll(&ready, 1, patience_ms) <= 0) return {};
    ssize_t count = read(terminal_, room.data(), room.size());
    if (count <= 0) return {};
    said.append(room.data(), size_t(count));
  }
  return said;
}

std::string Testpmd::command(std::string_view words) {
  const std::string line = std::string(words) + '\n';
  if (write(terminal_, line.data(), line.size()) != ssize_t(line.size())) return {};
  return answer();
}

/// Its other threads sleep but for a command: the process's time is the forwarding thread's.
Progress Testpmd::progress() {
  timespec now{};
  clock_gettime(cpu_clock_, &now);
  const uint64_t cpu_ns = uint64_t(now.tv_sec) * 1'000'000'000u + uint64_t(now.tv_nsec);
  return {cpu_ns, sum_of(command("show port stats all"), "TX-packets: ")};
}

double Testpmd::slice(std::string_view mode, const Pace& pace) {
  if (command("set fwd " + std::string(mode)).empty() || command("start").empty()) return 0;
  double cost = paced(pace, [this] { return progress(); });
  return command("stop").empty() ? 0 : cost;
}

}  // namespace sbc::bench
