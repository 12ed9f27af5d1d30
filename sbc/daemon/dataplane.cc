#include "sbc/daemon/dataplane.h"

#include <fmt/format.h>
#include <sys/random.h>

#include "config/model/packet_buffers.h"
#include "sbc/daemon/privileges.h"

namespace sbc::daemon {
namespace {

template <class T>
T draw_secret() {
  T secret;
  ssize_t got = getrandom(secret.data(), sizeof secret, 0);  // up to 256 bytes never come short
  SBC_CHECK(got == ssize_t(sizeof secret));
  return secret;
}

/// Devices that the driver takes out of the kernel's hands must be given back at the end.
bool needs_network_privileges(const config::Model& model) {
  for (const config::Port& port : model.ports) {
    if (port.driver == config::Driver::af_xdp || port.driver == config::Driver::tap) return true;
  }
  return false;
}

}  // namespace

struct Dataplane::Station {
  Station(const edge::Common& common, WorkerId self, edge::SnapshotReader& snapshot,
          srtp::Transformer* transformer, edge::Exchange& exchange, Instant now)
      : transmit(common.crew, self, exchange.drops, exchange.counters),
        application(common, self, snapshot, transmit, transformer, exchange,
                    Random(draw_secret<Random::Key>()), now),
        loop(common.crew, self, transmit, application, exchange.counters) {}

  worker::Transmit transmit;
  edge::Application application;
  worker::Worker<edge::Application> loop;
};

std::unique_ptr<Dataplane> Dataplane::start(std::shared_ptr<const policy::Compiled> policy,
                                            std::string& error) {
  std::unique_ptr<Dataplane> plane(new Dataplane);
  plane->model_ = policy->model;
  if (!forbid_new_privileges(error)) return nullptr;
  plane->eal_ = port::Eal::start(*plane->model_, error);
  if (!plane->eal_ || !plane->open_ports(error) || !plane->open_ciphers(error)) return nullptr;
  plane->clock_ = std::make_unique<worker::TscClock>();
  plane->man_stations(std::move(policy));
  if (!plane->start_ports(error)) return nullptr;
  return plane;
}

bool Dataplane::open_ports(std::string& error) {
  pool_ = port::PacketPool::create(config::packet_buffers(*model_), port::frame_bytes_max(*model_), error);
  if (!pool_) return false;
  for (size_t i = 0; i < model_->ports.size(); ++i) {
    auto port = port::Port::open(model_->ports[i], PortId(i), model_->workers.count, *pool_, error);
    if (!port) return false;
    ports_.push_back(std::move(port));
  }
  return true;
}

bool Dataplane::open_ciphers(std::string& error) {
  const uint32_t sides = call::sizes_for(*model_).srtp_sides;
  if (sides == 0) return true;
  ciphers_ = cipher::CipherDevices::open(model_->workers.count, error);
  for (unsigned i = 0; ciphers_ && i < model_->workers.count; ++i) {
    transformers_.push_back(ciphers_->transformer(i, sides * media::contexts_per_side, error));
    if (!transformers_.back()) return false;
  }
  return ciphers_ != nullptr;
}

void Dataplane::man_stations(std::shared_ptr<const policy::Compiled> policy) {
  unsigned workers = model_->workers.count;
  crew_ = std::make_unique<worker::Crew>(workers, ports_, *pool_);
  listeners_ = std::make_unique<edge::Listeners>(*model_);
  media_ranges_ = std::make_unique<media::MediaRanges>(*model_);
  steering_ = std::make_unique<Steering>(draw_secret<HashKey>(), workers);
  usage_ = std::make_unique<policy::Usage>(model_->limits, draw_secret<HashKey>());
  auto first = edge::LiveSnapshot::make(std::move(policy), workers);
  SBC_CHECK(first != nullptr);
  published_ = std::make_unique<lane::Published<edge::LiveSnapshot>>(workers, std::move(first));
  edge::Common common{model_, *crew_, *listeners_, *media_ranges_, *steering_, *usage_};
  for (unsigned i = 0; i < workers; ++i) {
    exchanges_.push_back(
        std::make_unique<edge::Exchange>(unsigned(model_->realms.size()), model_->limits.calls_max));
    srtp::Transformer* transformer = transformers_.empty() ? nullptr : transformers_[i].get();
    stations_.push_back(std::make_unique<Station>(common, WorkerId(i), published_->reader(i), transformer,
                                                  *exchanges_[i], clock_->now()));
  }
}

bool Dataplane::start_ports(std::string& error) {
  for (auto& port : ports_) {
    if (!port->start(error)) return false;
  }
  bool keep_network = needs_network_privileges(*model_);
  for (unsigned i = 0; i < stations_.size(); ++i) {
    eal_->launch(WorkerId(i), [this, i, keep_network] {
      std::string ignored;  // the main thread, which does the same, reports
      drop_privileges(keep_network, ignored);
      stations_[i]->loop.run(*clock_, model_->workers.idle, stop_);
    });
  }
  return drop_privileges(keep_network, error);
}

Dataplane::~Dataplane() {
  stop_.store(true);
  for (unsigned i = 0; crew_ && i < crew_->workers(); ++i) crew_->waker(WorkerId(i)).wake();
  if (eal_) eal_->join();
  stations_.clear();
  transformers_.clear();
  ciphers_.reset();
  crew_.reset();
  for (auto& port : ports_) port->stop();
  ports_.clear();
  pool_.reset();
}

bool Dataplane::publish(std::shared_ptr<const policy::Compiled> policy, std::string& error) {
  if (!settle()) return false;
  auto next = edge::LiveSnapshot::make(std::move(policy), workers());
  if (!next) {
    error = "not enough memory for the signatures' scratch space";
    return false;
  }
  return published_->publish(next);
}

bool Dataplane::settle() {
  if (auto old = published_->retire()) signature_hits_.retire(*old, published_->newest());
  return published_->older() == nullptr;
}

std::vector<uint64_t> Dataplane::signature_hits() {
  settle();
  return signature_hits_.totals(published_->newest(), published_->older());
}

bool Dataplane::command(WorkerId worker, const edge::Command& command) {
  if (!exchange(worker).commands.push(command)) return false;
  crew_->waker(worker).wake();
  return true;
}

bool Dataplane::command_all(const edge::Command& command) {
  constexpr unsigned attempts_max = 10'000;  // a worker empties its ring within a few turns, or hangs
  unsigned told = 0;
  for (unsigned attempt = 0; attempt < attempts_max && told < workers(); ++attempt) {
    while (told < workers() && this->command(WorkerId(told), command)) ++told;
    timespec pause{0, 100'000};
    if (told < workers()) nanosleep(&pause, nullptr);
  }
  return told == workers();
}

uint32_t Dataplane::live_calls() const {
  uint32_t live = 0;
  for (const auto& exchange : exchanges_) live += exchange->live_calls.load(std::memory_order_relaxed);
  return live;
}

std::string Dataplane::describe() const {
  call::EngineSizes sizes = call::sizes_for(*model_);
  return fmt::format(
      "{} worker{}, {} MB of {} pages; packet buffers {}; per worker: {} calls, {} server and {} client "
      "transactions that last for {} calls a second, {} of each open, in {} MB",
      workers(), workers() == 1 ? "" : "s", eal_->megabytes(), eal_->huge() ? "huge" : "ordinary",
      pool_->capacity(), sizes.calls, sizes.server_transactions, sizes.client_transactions,
      sizes.calls_a_second(), sizes.open_transactions, sizes.transaction_bytes() >> 20);
}

}  // namespace sbc::daemon
