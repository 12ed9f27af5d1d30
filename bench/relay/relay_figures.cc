#include "bench/relay/relay_figures.h"

#include <string>

#include "bench/harness/slices.h"
#include "bench/harness/statistics.h"
#include "bench/relay/machine.h"
#include "bench/relay/pcap_file.h"
#include "bench/relay/relay_check.h"
#include "bench/relay/replay.h"
#include "bench/relay/stamped.h"
#include "bench/relay/testpmd.h"

namespace sbc::bench {
namespace {

constexpr Definition vs_5tswap{"relay_vs_5tswap", Ratio::ruler_to_ours, 1.0};
constexpr Definition added_cycles{"relay_added_cycles", Ratio::ours_less_ruler, 80, "cycles"};
constexpr Definition ipv6{"relay_ipv6", Ratio::ruler_to_ours, 0.8};
constexpr Definition growth_64k{"relay_growth_64k", Ratio::ours_to_ruler, 1.25};
constexpr Definition growth_1m{"relay_growth_1m", Ratio::ours_to_ruler, 1.6};
/// Dearer ports would hide growth: they may cost what the ruler's do with captures, and so much more.
constexpr double stamping_tolerance = 1.05;

constexpr uint32_t buffers_for(uint32_t flows, unsigned borders) {
  return borders * unsigned(sides.size()) * flows * packets_per_flow + spare_buffers;
}

using Costs = std::vector<double>;  // a slice's cycles per packet, round by round

std::vector<Pair> pairs_of(const Costs& ours, const Costs& ruler) {
  std::vector<Pair> pairs;
  for (size_t i = 0; i < ours.size(); ++i) pairs.push_back({ours[i], ruler[i]});
  return pairs;
}

Costs quotients(const Costs& ours, const Costs& ruler) {
  Costs result;
  for (size_t i = 0; i < ours.size(); ++i) result.push_back(ruler[i] > 0 ? ours[i] / ruler[i] : 0);
  return result;
}

Slice slice_of(Machine& machine, RelayBorder& border, const Pace& pace) {
  return [&machine, &border, pace] {
    border.hear_gateways(border.now());
    return Machine::cycles(machine.slice(border, pace, [&border] { return border.relayed(); }));
  };
}

Slice slice_of(Machine& machine, SwapLoop& bare, const Pace& pace) {
  return [&machine, &bare, pace] {
    return Machine::cycles(machine.slice(bare, pace, [&bare] { return bare.forwarded(); }));
  };
}

Slice slice_of(Testpmd& ruler, std::string_view mode, const Pace& pace) {
  return [&ruler, mode, pace] { return Machine::cycles(ruler.slice(mode, pace)); };
}

std::unique_ptr<Testpmd> start_ruler(const Machine& machine, const Replay& replay, uint32_t buffers,
                                     std::string& error) {
  TestpmdSetup setup{replay.captures(), machine.main_core(), machine.core()};
  setup.buffers = buffers;
  setup.buffer_bytes = buffer_bytes;
  setup.megabytes = machine.megabytes();
  setup.huge = machine.huge();
  return Testpmd::start(setup, error);
}

/// What ports that stamp their frames cost, bare and next to the ruler's, and our worker on them.
struct Stamping {
  Costs few, million, bare, mac_swap;
  std::string fault;
};

/// The ruler replays as few flows.
Stamping measure_stamped(Machine& machine, Testpmd& ruler, port::PacketPool& pool, const Pace& pace) {
  Stamping result;
  auto few = Stamped::open("few", few_flows, pool, result.fault);
  auto million = few ? Stamped::open("million", million_flows, pool, result.fault) : nullptr;
  if (!million) return result;
  SwapLoop& bare = few->bare();
  const std::array turns{slice_of(machine, few->border(), pace), slice_of(machine, million->border(), pace),
                         slice_of(machine, bare, pace), slice_of(ruler, "macswap", pace)};
  auto costs = take_turns(turns, pairs_min);
  result.few = costs[0];
  result.million = costs[1];
  result.bare = costs[2];
  result.mac_swap = costs[3];
  result.fault = few->border().fault();
  if (result.fault.empty()) result.fault = million->border().fault();
  return result;
}

/// What one number of flows costs.
struct Measured {
  Costs ours, ours_v6, five_swap, mac_swap;
  std::string fault, fault_v6;  // why it does not count
  Stamping stamping;
};

Measured measure_few(Machine& machine, const Options& options) {
  Measured result;
  std::string& fault = result.fault;
  const uint32_t buffers = buffers_for(few_flows, 2);
  auto pool = machine.pool(buffers, fault);
  if (!pool) return result;
  fault = check_relay(Family::v4, *pool);
  result.fault_v6 = check_relay(Family::v6, *pool);
  if (!fault.empty()) return result;
  auto v4 = Replay::open("few", Flows(Family::v4, few_flows), *pool, fault);
  auto v6 = v4 ? Replay::open("six", Flows(Family::v6, few_flows), *pool, fault) : nullptr;
  auto ruler = v6 ? start_ruler(machine, *v4, buffers, fault) : nullptr;
  if (!ruler) return result;
  const Pace pace = Pace::of(options);
  const std::array turns{slice_of(machine, v4->border(), pace), slice_of(*ruler, "5tswap", pace),
                         slice_of(*ruler, "macswap", pace), slice_of(machine, v6->border(), pace)};
  auto costs = take_turns(turns, pairs_min);
  result.ours = costs[0];
  result.five_swap = costs[1];
  result.mac_swap = costs[2];
  result.ours_v6 = costs[3];
  fault = v4->border().fault();
  if (result.fault_v6.empty()) result.fault_v6 = v6->border().fault();
  result.stamping = measure_stamped(machine, *ruler, *pool, pace);
  return result;
}

Measured measure_many(Machine& machine, const Options& options) {
  Measured result;
  const uint32_t buffers = buffers_for(many_flows, 1);
  auto pool = machine.pool(buffers, result.fault);
  if (!pool) return result;
  auto v4 = Replay::open("many", Flows(Family::v4, many_flows), *pool, result.fault);
  auto ruler = v4 ? start_ruler(machine, *v4, buffers, result.fault) : nullptr;
  if (!ruler) return result;
  const Pace pace = Pace::of(options);
  const std::array turns{slice_of(machine, v4->border(), pace), slice_of(*ruler, "macswap", pace)};
  auto costs = take_turns(turns, pairs_min);
  result.ours = costs[0];
  result.mac_swap = costs[1];
  result.fault = v4->border().fault();
  return result;
}

Figure stamped_figure(const Stamping& stamping) {
  std::string fault = stamping.fault;
  const double dearer = median(quotients(stamping.bare, stamping.mac_swap));
  if (fault.empty() && (dearer <= 0 || dearer > stamping_tolerance))
    fault = "the ports cost " + std::to_string(dearer) + " of what the ruler's do";
  Figure figure = fault.empty() ? figure_of(growth_1m, pairs_of(stamping.million, stamping.few))
                                : invalid_figure(growth_1m, fault);
  figure.beside.push_back({"ports_vs_testpmd", dearer});
  return figure;
}

Figure figure(const Definition& definition, const std::string& fault, const Costs& ours, const Costs& ruler) {
  return fault.empty() ? figure_of(definition, pairs_of(ours, ruler)) : invalid_figure(definition, fault);
}

}  // namespace

std::vector<Figure> relay_figures(const Options& options) {
  std::string error;
  auto machine = Machine::start(buffers_for(many_flows, 1), error);
  Measured few, many;
  if (machine) {
    few = measure_few(*machine, options);
    many = measure_many(*machine, options);
  } else {
    few.fault = many.fault = error;
  }
  for (std::string* fault : {&few.fault_v6, &few.stamping.fault, &many.fault})
    if (fault->empty()) *fault = few.fault;
  std::vector<Figure> figures{
      figure(vs_5tswap, few.fault, few.ours, few.five_swap),
      figure(added_cycles, few.fault, few.ours, few.mac_swap),
      figure(growth_64k, many.fault, quotients(many.ours, many.mac_swap), quotients(few.ours, few.mac_swap)),
      stamped_figure(few.stamping), figure(ipv6, few.fault_v6, few.ours_v6, few.ours)};
  for (Figure& each : figures) each.beside.push_back({"huge_pages", machine && machine->huge() ? 1.0 : 0.0});
  return figures;
}

}  // namespace sbc::bench
