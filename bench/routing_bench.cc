// What finding a route costs, with as many of them as carriers have.
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "policy/routing/route_table.h"

namespace sbc {
namespace {

constexpr unsigned trunks = 8, numbers = 4096;

std::string digits(std::mt19937& random, size_t count) {
  std::string text(count, '0');
  for (char& c : text) c = char('0' + random() % 10);
  return text;
}

struct Scene {
  explicit Scene(size_t routes) {
    std::mt19937 random(1);
    std::vector<TrunkId> ids;
    for (unsigned i = 0; i < trunks; ++i) {
      config::Trunk trunk;
      trunk.name = "trunk-" + std::to_string(i);
      model.trunks.push_back(trunk);
      ids.push_back(TrunkId(i));
    }
    model.routes.resize(routes);
    for (size_t i = 0; i < routes; ++i) {
      config::Route& route = model.routes[i];
      route.name = "route-" + std::to_string(i);
      route.prefix = i == 0 ? "" : digits(random, 1 + random() % 8);
      if (i % 4 == 1) route.source = "trunk-" + std::to_string(random() % trunks);
      if (i % 8 == 2) route.from_prefix = digits(random, 1 + random() % 4);
    }
    policy::TrunkTable by_trunk(model, std::move(ids));
    table = policy::RouteTable(model, by_trunk);
    for (unsigned i = 0; i < numbers; ++i) {
      called.push_back(digits(random, 12));
      callers.push_back(digits(random, 12));
    }
  }
  config::Model model;
  policy::RouteTable table;
  std::vector<std::string> called, callers;
};

void find_route(benchmark::State& state) {
  Scene scene(size_t(state.range(0)));
  unsigned i = 0;
  for (auto _ : state) {
    i = (i + 1) % numbers;
    policy::RouteQuery query{RealmId(0), scene.called[i], TrunkId(i % trunks), scene.callers[i]};
    benchmark::DoNotOptimize(scene.table.find(query));
  }
}
BENCHMARK(find_route)->Arg(10)->Arg(1000)->Arg(10000);

}  // namespace
}  // namespace sbc
