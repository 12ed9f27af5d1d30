#include "bench/product/product_worker.h"

#include <fstream>

#include <unistd.h>

#include "sbc/snapshot/snapshot_builder.h"

namespace sbc::bench {
namespace {

constexpr HashKey steering_key{1, 2}, usage_key{3, 4};
constexpr uint64_t seed = 3261;
constexpr WorkerId self{0};

}  // namespace

std::shared_ptr<const policy::Compiled> compile(std::string_view configuration, std::string& error) {
  std::string path = "/tmp/sbc-bench-" + std::to_string(getpid()) + ".yaml";
  std::ofstream(path) << configuration;
  snapshot::SnapshotBuilder builder;
  snapshot::BuildResult result = builder.load(path, Instant{0});
  unlink(path.c_str());
  for (const config::Problem& problem : result.problems) error += config::problem_text(problem) + '\n';
  return result.compiled;
}

ProductWorker::ProductWorker(std::shared_ptr<const policy::Compiled> policy,
                             std::span<const std::unique_ptr<port::Port>> ports, port::PacketPool& pool,
                             Instant start, srtp::Transformer* transformer)
    : policy_(std::move(policy)),
      crew_(1, ports, pool),
      listeners_(*policy_->model),
      media_ranges_(*policy_->model),
      steering_(steering_key, 1),
      usage_(policy_->model->limits, usage_key),
      published_(1, edge::LiveSnapshot::make(policy_, 1)),
      exchange_(unsigned(policy_->model->realms.size()), policy_->model->limits.calls_max),
      transmit_(crew_, self, exchange_.drops, exchange_.counters),
      application_(edge::Common{policy_->model, crew_, listeners_, media_ranges_, steering_, usage_}, self,
                   published_.reader(0), transmit_, transformer, exchange_, Random::from_seed(seed), start),
      loop_(crew_, self, transmit_, application_, exchange_.counters) {}

uint64_t ProductWorker::dropped(Reason reason) const {
  uint64_t count = exchange_.drops.value(RealmId::none, reason);
  for (size_t realm = 0; realm < policy_->model->realms.size(); ++realm)
    count += exchange_.drops.value(RealmId(realm), reason);
  return count;
}

uint64_t ProductWorker::dropped() const {
  uint64_t count = 0;
  for (size_t reason = 1; reason < reason_count; ++reason) count += dropped(Reason(reason));
  return count;
}

std::string ProductWorker::drops() const {
  std::string text;
  for (size_t reason = 1; reason < reason_count; ++reason) {
    uint64_t count = dropped(Reason(reason));
    if (count != 0)
      text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(name_of(Reason(reason)));
  }
  return text;
}

}  // namespace sbc::bench
