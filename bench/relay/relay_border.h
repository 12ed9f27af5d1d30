// RelayBorder: the product's worker between two ports, with a relay installed for every flow, and nothing to
// do but media.
//
// Opened and asked by one thread while no other iterates it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "bench/product/product_worker.h"
#include "bench/product/worker_thread.h"
#include "bench/relay/configuration.h"
#include "dataplane/worker/tsc_clock.h"

namespace sbc::bench {

class RelayBorder final : public Work {
 public:
  /// EAL runs, the devices exist; frames may come. Flows with SRTP need a transformer, which outlives this.
  /// Null with one line in `error`.
  static std::unique_ptr<RelayBorder> open(const Flows& flows, const DeviceNames& devices,
                                           port::PacketPool& pool, std::string& error,
                                           srtp::Transformer* transformer = nullptr);
  ~RelayBorder() override;

  /// The worker's thread: the product's loop on a core of its own (`idle: spin`).
  void work(const std::atomic<Work*>& wanted) override;
  bool iterate(Instant now) { return worker_->iterate(now); }

  /// The first packets are taken; then both gateways answer, for whom they wait: an answer is believed where
  /// it was asked for.
  void meet_gateways();
  /// Both gateways answer what they may have been asked: packets that wait for them leave.
  void hear_gateways(Instant now);
  Instant now() const { return clock_.now(); }

  const Flows& flows() const { return flows_; }
  MacAddress mac(uint8_t side) const { return ports_[side]->mac(); }
  ProductWorker& worker() { return *worker_; }
  media::RelayEngine& relay() { return worker_->application().relay(); }
  uint64_t relayed() const { return worker_->exchange().counters.relayed_rtp.value(); }

  /// Why what was relayed so far does not count; empty: every packet that came was relayed, in every flow.
  std::string fault();

 private:
  RelayBorder(const Flows& flows, port::PacketPool& pool) : flows_(flows), pool_(pool) {}
  bool open_ports(const config::Model& model, std::string& error);
  rte_mbuf* gateway_answer(uint8_t side);

  const Flows flows_;
  port::PacketPool& pool_;
  worker::TscClock clock_;
  std::vector<std::unique_ptr<port::Port>> ports_;
  std::unique_ptr<ProductWorker> worker_;
};

}  // namespace sbc::bench
