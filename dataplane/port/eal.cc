#include "dataplane/port/eal.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "config/model/packet_buffers.h"
#include "config/types/check.h"
#include "dataplane/port/log_capture.h"
#include "dataplane/port/packet_pool.h"

namespace sbc::port {
namespace {

constexpr uint32_t base_megabytes = 64;  // DPDK itself, queues, rings
/// Of a side of a stream that speaks SRTP: what the ciphers' drivers keep of its keys.
constexpr uint64_t srtp_side_bytes = 24 * 1024;
constexpr uint64_t cipher_queue_bytes = 512 * 1024;  // a worker's, of all drivers
constexpr unsigned main_lcore = 0;

unsigned lcore_of(WorkerId worker) { return index_of(worker) + 1u; }

std::string core_list(const std::vector<uint16_t>& cores) {
  std::string text = "(";
  for (uint16_t core : cores) {
    if (text.size() > 1) text += ',';
    text += std::to_string(core);
  }
  return text + ')';
}

/// The control lcore floats over the cores that no worker is pinned to, over all where that leaves none.
std::vector<uint16_t> control_cores(const config::Workers& workers, const Machine& machine) {
  std::vector<uint16_t> left;
  for (uint16_t core : machine.cores) {
    if (std::find(workers.cores.begin(), workers.cores.end(), core) == workers.cores.end())
      left.push_back(core);
  }
  return left.empty() ? machine.cores : left;
}

std::string lcore_map(const config::Workers& workers, const Machine& machine) {
  std::string map = std::to_string(main_lcore) + '@' + core_list(control_cores(workers, machine));
  for (unsigned i = 0; i < workers.count; ++i) {
    map += ',' + std::to_string(lcore_of(WorkerId(i))) + '@' +
           (i < workers.cores.size() ? std::to_string(workers.cores[i]) : core_list(machine.cores));
  }
  return map;
}

/// Each worker may have a little more than its share of sides, as calls are not dealt evenly.
uint64_t cipher_bytes(const config::Model& model) {
  if (model.limits.srtp_streams == 0) return 0;
  const uint64_t sides = model.limits.srtp_streams * 5ull / 4 + 16ull * model.workers.count;
  return sides * srtp_side_bytes + model.workers.count * cipher_queue_bytes;
}

uint32_t megabytes_for(const config::Model& model) {
  if (model.memory.megabytes != 0) return model.memory.megabytes;
  uint64_t buffer = sizeof(rte_mbuf) + note_bytes + headroom_bytes + frame_bytes_max(model) + 128;
  uint64_t packets = buffer * config::packet_buffers(model);
  return base_megabytes + uint32_t((packets * 5 / 4 + cipher_bytes(model)) >> 20);
}

uint64_t read_meminfo(std::string_view key) {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return std::stoull(line.substr(key.size()));
  }
  return 0;
}

}  // namespace

int Eal::Body::start(void* argument) {
  Body& body = *static_cast<Body*>(argument);
  body.run();
  body.ended.store(true, std::memory_order_release);
  return 0;
}

Machine Machine::look() {
  Machine machine;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (uint16_t core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(core, &set)) machine.cores.push_back(core);
    }
  }
  if (machine.cores.empty()) machine.cores.push_back(0);
  machine.huge_free_megabytes = read_meminfo("HugePages_Free:") * read_meminfo("Hugepagesize:") / 1024;
  return machine;
}

std::string core_problem(const config::Workers& workers, const Machine& machine) {
  for (uint16_t core : workers.cores) {
    if (std::find(machine.cores.begin(), machine.cores.end(), core) != machine.cores.end()) continue;
    return "workers.cores: '" + std::to_string(core) + "' – this process may run on the cores " +
           core_list(machine.cores);
  }
  return {};
}

EalPlan plan_eal(const config::Model& model, const Machine& machine) {
  EalPlan plan;
  plan.megabytes = megabytes_for(model);
  plan.huge = model.memory.huge && machine.huge_free_megabytes >= plan.megabytes;
  plan.arguments = {"sbc",
                    "--lcores=" + lcore_map(model.workers, machine),
                    "--main-lcore=" + std::to_string(main_lcore),
                    "-m",
                    std::to_string(plan.megabytes),
                    "--no-telemetry",
                    "--file-prefix=sbc-" + std::to_string(getpid()),
                    "--log-level=lib.*:warning"};
  if (plan.huge) {
    plan.arguments.push_back("--in-memory");
  } else {
    // DPDK takes --no-huge for legacy memory and refuses it together with --in-memory.
    plan.arguments.push_back("--no-huge");
    plan.arguments.push_back("--no-shconf");
  }
  bool pci = false;
  for (const config::Port& port : model.ports) {
    if (port.driver != config::Driver::pci) continue;
    pci = true;
    plan.arguments.push_back("--allow=" + port.device + (port.arguments.empty() ? "" : ',' + port.arguments));
  }
  if (!pci) plan.arguments.push_back("--no-pci");
  return plan;
}

std::unique_ptr<Eal> Eal::start(const config::Model& model, std::string& error) {
  Machine machine = Machine::look();
  if (error = core_problem(model.workers, machine); !error.empty()) return nullptr;
  EalPlan plan = plan_eal(model, machine);
  // AF_XDP pins its packet memory; without the right to raise the limit the port's own error tells.
  rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);
  std::vector<char*> argv;
  for (std::string& argument : plan.arguments) argv.push_back(argument.data());
  LogCapture log;
  if (rte_eal_init(int(argv.size()), argv.data()) < 0) {
    error = "cannot start DPDK: " + log.last_line(rte_strerror(rte_errno));
    return nullptr;
  }
  return std::unique_ptr<Eal>(new Eal(std::move(plan)));
}

Eal::~Eal() {
  join();
  rte_eal_cleanup();
}

void Eal::launch(WorkerId worker, std::function<void()> body) {
  bodies_.push_back(std::make_unique<Body>(std::move(body)));
  int refused = rte_eal_remote_launch(Body::start, bodies_.back().get(), lcore_of(worker));
  SBC_CHECK(refused == 0);
}

void Eal::join() {
  rte_eal_mp_wait_lcore();
  // All that they did has happened before this, whatever DPDK's own wait promises.
  for (const auto& body : bodies_) SBC_CHECK(body->ended.load(std::memory_order_acquire));
  bodies_.clear();
}

}  // namespace sbc::port
