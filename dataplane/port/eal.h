// Eal: DPDK's environment, started once per process from the model.
//
// Called by the main thread, which is the control lcore. Workers are lcores 1..N: each on its configured
// core, or floating over all cores that the process may use, so there may be more workers than cores. No
// telemetry socket, no shared files, only the devices of the model: several processes may run side by side.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/model/model.h"

namespace sbc::port {

/// What this machine offers the process.
struct Machine {
  std::vector<uint16_t> cores;       // that it may run on
  uint64_t huge_free_megabytes = 0;  // in huge pages of the default size

  static Machine look();
};

/// How DPDK is to be started: decided apart from doing it.
struct EalPlan {
  std::vector<std::string> arguments;  // the program's name first
  bool huge = false;                   // false: ordinary pages (--no-huge)
  uint32_t megabytes = 0;
};

/// Empty where the machine has every core that workers are pinned to; else one line.
std::string core_problem(const config::Workers& workers, const Machine& machine);

/// Huge pages where the model wants them and enough are free, ordinary pages otherwise.
EalPlan plan_eal(const config::Model& model, const Machine& machine);

class Eal {
 public:
  /// Null with one line in `error` where DPDK refuses. Once per process: DPDK cannot be started twice.
  static std::unique_ptr<Eal> start(const config::Model& model, std::string& error);
  ~Eal();
  Eal(const Eal&) = delete;
  Eal& operator=(const Eal&) = delete;

  bool huge() const { return plan_.huge; }
  uint32_t megabytes() const { return plan_.megabytes; }

  /// Runs `body` on the worker's lcore; once per worker until join().
  void launch(WorkerId worker, std::function<void()> body);
  /// Waits until every launched body has returned.
  void join();

 private:
  /// What a worker's lcore runs.
  struct Body {
    explicit Body(std::function<void()> body) : run(std::move(body)) {}
    static int start(void* body);

    std::function<void()> run;
    std::atomic<bool> ended = false;
  };

  explicit Eal(EalPlan plan) : plan_(std::move(plan)) {}

  EalPlan plan_;
  std::vector<std::unique_ptr<Body>> bodies_;
};

}  // namespace sbc::port
