#include "bench/calls/call_figures.h"

#include <memory>
#include <string>

#include "bench/calls/load.h"
#include "bench/calls/memory.h"
#include "bench/harness/slices.h"
#include "bench/harness/statistics.h"

namespace sbc::bench {
namespace {

constexpr Definition call_us{"call_us", Ratio::ours_alone, 20, "us"};
constexpr Definition call_bytes{"call_bytes", Ratio::ours_alone, 1536, "bytes"};
constexpr uint32_t probe_calls = 20'000;
constexpr double memory_kept = 0.95;            // of what is available may be taken
constexpr uint64_t calls_per_slice_ns = 2'000;  // a slice of 20 ms has 10,000 calls

Shape shape_of(std::string name, uint32_t calls, uint16_t core) {
  Shape shape;
  shape.name = std::move(name);
  shape.calls = calls;
  shape.core = core;
  shape.signature_file = SBC_SOURCE_DIR "/config/examples/signatures.yaml";
  return shape;
}

/// EAL, packet buffers and the worker's thread, for all borders.
struct Machine {
  std::unique_ptr<port::Eal> eal;
  std::unique_ptr<port::PacketPool> pool;
  std::unique_ptr<WorkerThread> thread;
  uint16_t core = 0;
};

bool start(Machine& machine, std::string& error) {
  port::Machine cores = port::Machine::look();
  if (cores.cores.size() < 2) {
    error = "it takes two cores: one for the worker, one for its peers";
    return false;
  }
  machine.core = cores.cores.back();
  auto policy = compile(configuration_text(shape_of("few", few_calls, machine.core)), error);
  if (!policy) return false;
  const config::Model& model = *policy->model;
  machine.eal = port::Eal::start(model, error);
  if (!machine.eal) return false;
  machine.pool = port::PacketPool::create(model.workers.packet_buffers, port::frame_bytes_max(model), error);
  if (!machine.pool) return false;
  machine.thread = std::make_unique<WorkerThread>(*machine.eal);
  return true;
}

std::unique_ptr<Load> open(Machine& machine, const Shape& shape, std::string& error) {
  auto policy = compile(configuration_text(shape), error);
  if (!policy) return nullptr;
  auto border = Border::open(shape, std::move(policy), *machine.pool, error);
  return border ? std::make_unique<Load>(std::move(border), shape, *machine.thread) : nullptr;
}

/// Why so many calls do not fit this machine, by what two smaller numbers take; empty: they do.
std::string shortage(Machine& machine, uint32_t calls, uint64_t few_bytes) {
  std::string error;
  uint64_t before = resident_bytes(), available = available_bytes();
  auto probe = open(machine, shape_of("probe", probe_calls, machine.core), error);
  if (!probe) return error;
  double each = double(resident_bytes() - before - few_bytes) / double(probe_calls - few_calls);
  double needed = double(few_bytes) + each * double(calls - few_calls);
  if (needed <= memory_kept * double(available)) return {};
  auto gigabytes = [](double bytes) { return std::to_string(int(bytes / 1e8) / 10.0).substr(0, 4) + " GB"; };
  return std::to_string(calls) + " calls take " + gigabytes(needed) + " (" + std::to_string(int(each)) +
         " bytes each), and " + gigabytes(double(available)) + " are there";
}

void explain(Figure& figure, const Load& load, double kept) {
  figure.beside.push_back({"loop_us", median(load.loop_us())});
  figure.beside.push_back({"worker_core_share", median(load.share())});
  figure.beside.push_back({"slab_bytes_per_call", kept});
}

}  // namespace

std::vector<Figure> call_figures(const Options& options, uint32_t many) {
  std::string growth_name = many == many_calls ? "call_growth" : "call_growth_" + std::to_string(many);
  static std::string kept_name;  // the figures' definitions look at it
  kept_name = growth_name;
  const Definition call_growth{kept_name, Ratio::ours_to_ruler, 1.6};
  auto both = [&](const std::string& why) {
    return std::vector<Figure>{invalid_figure(call_us, why), invalid_figure(call_growth, why),
                               invalid_figure(call_bytes, why)};
  };

  Machine machine;
  std::string error;
  if (!start(machine, error)) return both(error);
  uint64_t before = resident_bytes();
  auto few = open(machine, shape_of("few", few_calls, machine.core), error);
  if (!few) return both(error);
  std::string short_of = shortage(machine, many, resident_bytes() - before);
  std::unique_ptr<Load> large;
  if (short_of.empty()) large = open(machine, shape_of("many", many, machine.core), short_of);

  few->warm_up();
  if (large) large->warm_up();
  const std::vector<double> saved = few->saved_bytes();
  double few_kept = few->kept_bytes_per_call(), large_kept = large ? large->kept_bytes_per_call() : 0;
  uint64_t calls = options.slice_ns / calls_per_slice_ns;
  std::vector<Pair> pairs;
  std::vector<double> alone;
  if (large) {
    pairs = alternate([&] { return large->slice(calls); }, [&] { return few->slice(calls); }, options.pairs);
    for (const Pair& pair : pairs) alone.push_back(pair.ruler);
  } else {
    for (size_t i = 0; i < options.pairs; ++i) alone.push_back(few->slice(calls));
  }
  few->wind_down();
  if (large) large->wind_down();

  std::string few_fault = few->fault(), large_fault = large ? large->fault() : short_of;
  uint32_t leaked = machine.pool->in_use();
  if (leaked != 0 && few_fault.empty()) few_fault = std::to_string(leaked) + " packet buffers are not back";
  if (large_fault.empty() && !few_fault.empty()) large_fault = "call_us does not count";
  Figure cost = few_fault.empty() ? figure_of(call_us, alone) : invalid_figure(call_us, few_fault);
  Figure growth =
      large_fault.empty() ? figure_of(call_growth, pairs) : invalid_figure(call_growth, large_fault);
  explain(cost, *few, few_kept);
  if (large) explain(growth, *large, large_kept);
  Figure bytes = few_fault.empty() && !saved.empty() ? figure_of(call_bytes, saved)
                                                     : invalid_figure(call_bytes, "no call was saved");
  return {cost, growth, bytes};
}

}  // namespace sbc::bench
