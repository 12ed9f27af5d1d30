#include "tests/packet/border.h"

#include <cstring>

#include <gtest/gtest.h>

#include "dataplane/wire/arp.h"
#include "dataplane/wire/icmp.h"
#include "dataplane/wire/ndp.h"
#include "tests/dataplane/port/dpdk_environment.h"

namespace sbc::packet {
namespace {

using namespace std::chrono_literals;

config::Realm realm(const char* name, PortId port, const IpAddress& v4, const IpAddress& v6) {
  config::Realm realm;
  realm.name = std::string(name);
  realm.port = port;
  realm.addresses = {{v4, Prefix::of(v4, 24)}, {v6, Prefix::of(v6, 64)}};
  realm.listeners = {{v4, 5060}, {v6, 5060}};
  realm.media.addresses = {v4, v6};
  realm.media.first_port = 20000;
  realm.media.last_port = 20511;
  return realm;
}

config::Route route(const char* name, RealmId from, const char* trunk) {
  config::Route route;
  route.name = std::string(name);
  route.from = from;
  route.trunks = {std::string(trunk)};
  return route;
}

}  // namespace

config::Model border_model(unsigned workers) {
  config::Model model;
  model.memory.huge = false;
  model.workers.count = uint8_t(workers);
  model.workers.packet_buffers = 4095;
  model.ports.resize(2);
  model.realms = {realm("access", PortId(0), access_us, access_us_v6),
                  realm("core", PortId(1), core_us, *IpAddress::parse("2001:db8:c::1"))};
  config::Trunk trunk;
  trunk.name = std::string("core");
  trunk.realm = core;
  trunk.peers = {Endpoint{pbx, 5060}};
  model.trunks = {trunk};
  model.routes = {route("to-core", access, "core")};
  model.limits.calls_max = 64;
  return model;
}

MacAddress neighbour_mac(const IpAddress& address) {
  return {{2, 0, address.bytes[12], address.bytes[13], address.bytes[14], address.bytes[15]}};
}

struct Border::Station {
  Station(const edge::Common& common, WorkerId self, edge::SnapshotReader& snapshot, edge::Exchange& exchange,
          uint32_t seed, Instant now)
      : transmit(common.crew, self, exchange.drops, exchange.counters),
        application(common, self, snapshot, transmit, nullptr, exchange, Random::from_seed(seed), now),
        loop(common.crew, self, transmit, application, exchange.counters) {}

  worker::Transmit transmit;
  edge::Application application;
  worker::Worker<edge::Application> loop;
};

Border::Border(config::Model model, uint32_t seed)
    : model_(std::make_shared<config::Model>(std::move(model))),
      random_(seed),
      listeners_(*model_),
      media_ranges_(*model_),
      steering_(HashKey{seed, 7}, model_->workers.count),
      usage_(model_->limits, HashKey{seed, 9}) {
  unsigned workers = model_->workers.count;
  std::string error;
  pool_ = port::PacketPool::create(model_->workers.packet_buffers, port::frame_bytes_max(*model_), error);
  SBC_CHECK(pool_ != nullptr);
  for (size_t i = 0; i < model_->ports.size(); ++i) {
    devices_.push_back(std::make_unique<port::RingDevice>("border" + std::to_string(i), workers));
    ports_.push_back(port::Port::open(devices_[i]->config(), PortId(i), workers, *pool_, error));
    EXPECT_TRUE(ports_.back() && ports_.back()->start(error)) << error;
  }
  crew_ = std::make_unique<worker::Crew>(workers, ports_, *pool_);
  auto policy = std::make_shared<policy::Compiled>(compile(model_));
  published_ = std::make_unique<lane::Published<edge::LiveSnapshot>>(
      workers, edge::LiveSnapshot::make(policy, workers));
  edge::Common common{model_, *crew_, listeners_, media_ranges_, steering_, usage_};
  for (unsigned i = 0; i < workers; ++i) {
    exchanges_.push_back(std::make_unique<edge::Exchange>(unsigned(model_->realms.size())));
    stations_.push_back(
        std::make_unique<Station>(common, WorkerId(i), published_->reader(i), *exchanges_[i], seed + i, now));
  }
  settle();
  take_udp();
  others_.clear();
}

Border::~Border() {
  stations_.clear();
  crew_.reset();
  for (size_t i = 0; i < devices_.size(); ++i) {
    for (unsigned queue = 0; queue < devices_[i]->queues(); ++queue) {
      while (rte_mbuf* frame = devices_[i]->sent(queue)) rte_pktmbuf_free(frame);
    }
  }
  EXPECT_EQ(pool_->in_use(), 0u) << "packet buffers leaked";
  ports_.clear();
  devices_.clear();
}

policy::Compiled Border::compile(std::shared_ptr<const config::Model> model) const {
  policy::Compiled compiled;
  std::vector<TrunkId> ids;
  for (size_t i = 0; i < model->trunks.size(); ++i) ids.push_back(TrunkId(i));
  compiled.access = policy::AccessTable(*model, {});
  compiled.trunks = policy::TrunkTable(*model, ids);
  compiled.routes = policy::RouteTable(*model, compiled.trunks);
  compiled.model = std::move(model);
  return compiled;
}

void Border::publish(policy::Compiled next) {
  next.epoch = next.access_epoch = published_->newest().policy().epoch + 1;
  auto snapshot = edge::LiveSnapshot::make(std::make_shared<policy::Compiled>(std::move(next)),
                                           unsigned(stations_.size()));
  EXPECT_TRUE(published_->publish(snapshot));
  settle();
}

MacAddress Border::mac_of(RealmId realm) const {
  return ports_[index_of(model_->realms[index_of(realm)].port)]->mac();
}

void Border::arrive(RealmId realm, std::span<const uint8_t> frame) {
  rte_mbuf* packet = pool_->allocate();
  ASSERT_NE(packet, nullptr);
  std::memcpy(rte_pktmbuf_append(packet, uint16_t(frame.size())), frame.data(), frame.size());
  port::RingDevice& device = *devices_[index_of(model_->realms[index_of(realm)].port)];
  ASSERT_TRUE(device.arrive(unsigned(random_() % device.queues()), packet));
}

std::vector<uint8_t> Border::udp_frame(RealmId realm, const Endpoint& from, const Endpoint& to,
                                       std::string_view payload) const {
  std::vector<uint8_t> buffer(wire::udp_headers_max + payload.size());
  std::memcpy(buffer.data() + wire::udp_headers_max, payload.data(), payload.size());
  wire::UdpPath path;
  path.ip.ethernet = {mac_of(realm), neighbour_mac(from.address), model_->realms[index_of(realm)].vlan};
  path.ip.source = from.address;
  path.ip.destination = to.address;
  path.source_port = from.port;
  path.destination_port = to.port;
  auto frame = wire::write_udp_frame(buffer, wire::udp_headers_max, payload.size(), path);
  return {frame.begin(), frame.end()};
}

void Border::arrive_udp(RealmId realm, const Endpoint& from, const Endpoint& to, std::string_view payload) {
  arrive(realm, udp_frame(realm, from, to, payload));
}

bool Border::iterate_once() {
  bool busy = false;
  for (auto& station : stations_) busy |= station->loop.iterate(now);
  return busy;
}

void Border::settle() {
  for (int idle = 0; idle < 3;) {
    idle = iterate_once() ? 0 : idle + 1;
    collect();
  }
}

void Border::advance(Duration duration) {
  for (Instant end = now + duration; now < end;) {
    now = std::min(end, now + 100ms);
    settle();
  }
}

void Border::collect() {
  for (size_t port = 0; port < devices_.size(); ++port) {
    for (unsigned queue = 0; queue < devices_[port]->queues(); ++queue) {
      while (rte_mbuf* packet = devices_[port]->sent(queue)) {
        std::vector<uint8_t> bytes(rte_pktmbuf_mtod(packet, uint8_t*),
                                   rte_pktmbuf_mtod(packet, uint8_t*) + rte_pktmbuf_data_len(packet));
        rte_pktmbuf_free(packet);
        auto frame = wire::parse_frame(bytes);
        ASSERT_TRUE(frame) << name_of(frame.reason());
        RealmId realm = listeners_.realm_of(PortId(port), frame->vlan);
        if (answer_neighbour_request(realm, bytes)) continue;
        if (frame->protocol != wire::Protocol::udp) {
          others_[realm].push_back(bytes);
          continue;
        }
        auto payload = frame->payload(bytes);
        udp_.push_back({realm, *frame, std::string(payload.begin(), payload.end())});
      }
    }
  }
}

/// Asked by the SBC for a neighbour: answers as that neighbour would, unless nobody is to.
bool Border::answer_neighbour_request(RealmId realm, std::span<const uint8_t> bytes) {
  wire::Frame frame = *wire::parse_frame(bytes);
  std::array<uint8_t, wire::ndp_frame_max + 32> buffer;
  uint16_t vlan = model_->realms[index_of(realm)].vlan;
  if (frame.protocol == wire::Protocol::arp) {
    auto arp = wire::parse_arp(frame.payload(bytes));
    if (!arp || arp->operation != wire::Arp::Operation::request || arp->is_announcement()) return false;
    if (!neighbours_answer) return true;
    MacAddress mac = neighbour_mac(arp->target);
    arrive(realm,
           wire::write_arp(buffer, {arp->sender_mac, mac, vlan},
                           {wire::Arp::Operation::reply, mac, arp->sender_mac, arp->target, arp->sender}));
    return true;
  }
  if (frame.protocol != wire::Protocol::icmpv6) return false;
  auto icmp = wire::parse_icmp(frame, bytes);
  if (!icmp || !icmp->is_neighbour_discovery()) return false;
  auto ndp = wire::parse_ndp(frame, *icmp);
  if (!ndp || ndp->kind != wire::Ndp::Kind::solicitation) return false;
  if (!neighbours_answer) return true;
  MacAddress mac = neighbour_mac(ndp->target);
  wire::IpPath path{{frame.source_mac, mac, vlan}, ndp->target, frame.source, 255, 0};
  arrive(realm, wire::write_ndp(buffer, path,
                                {wire::Ndp::Kind::advertisement, false, true, true, ndp->target, mac}));
  return true;
}

std::vector<Out> Border::take_udp() { return std::exchange(udp_, {}); }
std::vector<std::vector<uint8_t>> Border::take_others(RealmId realm) {
  return std::exchange(others_[realm], {});
}

uint64_t Border::drops(RealmId realm, Reason reason) const {
  uint64_t count = 0;
  for (const auto& exchange : exchanges_) count += exchange->drops.value(realm, reason);
  return count;
}

uint64_t Border::deviations(RealmId realm, Deviation deviation) const {
  uint64_t count = 0;
  for (const auto& exchange : exchanges_) count += exchange->deviations.value(realm, deviation);
  return count;
}

std::string Border::describe_drops() const {
  std::string text;
  for (size_t realm = 0; realm <= model_->realms.size(); ++realm) {
    RealmId id = realm < model_->realms.size() ? RealmId(realm) : RealmId::none;
    for (size_t reason = 1; reason < reason_count; ++reason) {
      uint64_t count = drops(id, Reason(reason));
      if (count != 0) text += std::string(name_of(Reason(reason))) + "=" + std::to_string(count) + " ";
    }
  }
  return text;
}

uint32_t Border::live_calls() const {
  uint32_t live = 0;
  for (const auto& station : stations_) live += station->application.engine().live_calls();
  return live;
}

}  // namespace sbc::packet
