#include "bench/relay/relay_border.h"

#include <cstring>

#include "config/types/check.h"
#include "dataplane/wire/arp.h"
#include "dataplane/wire/ndp.h"

namespace sbc::bench {

std::unique_ptr<RelayBorder> RelayBorder::open(const Flows& flows, const DeviceNames& devices,
                                               port::PacketPool& pool, std::string& error,
                                               srtp::Transformer* transformer) {
  auto policy = compile(configuration_text(flows, devices), error);
  if (!policy) return nullptr;
  std::unique_ptr<RelayBorder> border(new RelayBorder(flows, pool));
  if (!border->open_ports(*policy->model, error)) return nullptr;
  border->worker_ = std::make_unique<ProductWorker>(policy, border->ports_, pool, border->now(), transformer);
  for (uint32_t flow = 0; flow < flows.count(); ++flow)
    border->relay().install(flows.relay(flow), border->now());
  return border;
}

RelayBorder::~RelayBorder() {
  worker_.reset();
  ports_.clear();
}

bool RelayBorder::open_ports(const config::Model& model, std::string& error) {
  for (size_t i = 0; i < model.ports.size(); ++i) {
    ports_.push_back(port::Port::open(model.ports[i], PortId(i), 1, pool_, error));
    if (!ports_.back() || !ports_.back()->start(error)) return false;
  }
  return true;
}

void RelayBorder::work(const std::atomic<Work*>& wanted) {
  while (wanted.load(std::memory_order_relaxed) == this) iterate(clock_.now());
}

rte_mbuf* RelayBorder::gateway_answer(uint8_t side) {
  const IpAddress gateway = flows_.gateway(side), ours = flows_.signalling_address(side);
  const wire::Ethernet ethernet{mac(side), gateway_mac(side), 0};
  std::array<uint8_t, wire::ndp_frame_max> room;
  std::span<uint8_t> frame;
  if (flows_.family() == Family::v4) {
    frame = wire::write_arp(room, ethernet,
                            {wire::Arp::Operation::reply, gateway_mac(side), mac(side), gateway, ours});
  } else {
    frame = wire::write_ndp(room, {ethernet, gateway, ours},
                            {wire::Ndp::Kind::advertisement, true, true, true, gateway, gateway_mac(side)});
  }
  rte_mbuf* packet = pool_.allocate();
  SBC_CHECK(packet != nullptr);
  std::memcpy(rte_pktmbuf_append(packet, uint16_t(frame.size())), frame.data(), frame.size());
  return packet;
}

void RelayBorder::meet_gateways() {
  iterate(now());
  hear_gateways(now());
}

void RelayBorder::hear_gateways(Instant now) {
  for (uint8_t side : sides) {
    rte_mbuf* packet = gateway_answer(side);
    worker_->application().on_frames(PortId(side), std::span(&packet, 1), now);
  }
}

std::string RelayBorder::fault() {
  const uint64_t received = worker_->exchange().counters.received.value();
  if (worker_->dropped() != 0) return "dropped: " + worker_->drops();
  if (received == 0 || relayed() != received)
    return std::to_string(relayed()) + " of " + std::to_string(received) + " packets were relayed";
  uint64_t counted = 0;
  for (uint32_t flow = 0; flow < flows_.count(); ++flow) {
    for (uint8_t side : sides) {
      const media::SideStats stats = relay().stats(flows_.media_port(side, flow));
      if (stats.packets == 0 || stats.refused != 0 || stats.latched != flows_.remote(side, flow))
        return "flow " + std::to_string(flow) + " has not had its packets";
      counted += stats.packets;
    }
  }
  return counted == received ? "" : "the flows have counted " + std::to_string(counted) + " packets";
}

}  // namespace sbc::bench
