#include "bench/relay/machine.h"

#include <rte_cycles.h>
#include <rte_mbuf.h>

#include "bench/product/product_worker.h"
#include "bench/relay/configuration.h"

namespace sbc::bench {
namespace {

constexpr uint32_t base_megabytes = 512;  // queues, and the rings that captures and pools stand in

uint32_t megabytes_for(uint32_t buffers) {
  constexpr uint64_t element = sizeof(rte_mbuf) + port::note_bytes + buffer_bytes + 64;  // and its header
  return base_megabytes + uint32_t(buffers * element * 11 / 10 >> 20);
}

}  // namespace

std::unique_ptr<Machine> Machine::start(uint32_t buffers, std::string& error, uint32_t megabytes) {
  const port::Machine cores = port::Machine::look();
  if (cores.cores.size() < 2) {
    error = "it takes two cores: one to measure on, one to measure from";
    return nullptr;
  }
  std::unique_ptr<Machine> machine(new Machine);
  machine->main_core_ = cores.cores.front();
  machine->core_ = cores.cores.back();
  Process process{machine->core_, megabytes_for(buffers) + megabytes};
  process.huge = cores.huge_free_megabytes >= 2 * process.megabytes;  // the ruler's are the same
  auto policy = compile(configuration_text(Flows(Family::v4, 1), {"none", "none"}, process), error);
  if (!policy) return nullptr;
  machine->eal_ = port::Eal::start(*policy->model, error);
  if (!machine->eal_) return nullptr;
  machine->thread_ = std::make_unique<WorkerThread>(*machine->eal_);
  return machine;
}

double Machine::hertz() { return double(rte_get_tsc_hz()); }

double Machine::cycles(double nanoseconds) { return nanoseconds * hertz() / 1e9; }

}  // namespace sbc::bench
