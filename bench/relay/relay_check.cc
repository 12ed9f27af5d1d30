#include "bench/relay/relay_check.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

#include "bench/relay/reference.h"
#include "bench/relay/relay_border.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/wire/checksum.h"
#include "tests/dataplane/port/ring_device.h"

namespace sbc::bench {
namespace {

constexpr uint32_t flow_count = 1024;
constexpr uint32_t mutants_each = 16, first_mutant = 100;
constexpr uint32_t slow_flow = 7;                        // whose rate is exceeded
constexpr uint16_t slow_rate = 200, slow_allowed = 100;  // half a second's worth may come at once
constexpr uint32_t slow_sent = 150;

using Frame = std::vector<uint8_t>;

/// Makes a frame what must not pass.
struct Mutant {
  Reason reason = Reason::none;  // none: it passes
  std::function<void(const Flows&, uint32_t flow, Frame&)> change;
};

size_t udp_at(const Flows& flows) { return flows.family() == Family::v4 ? 34 : 54; }

/// As if it had been sent so: the checksum is right, or none.
void set16(const Flows& flows, Frame& frame, size_t at, uint16_t value) {
  uint8_t* checksum = &frame[udp_at(flows) + 6];
  wire::ChecksumChange change;
  change.replace(load_be16(&frame[at]), value);
  store_be16(checksum, change.apply_udp(load_be16(checksum)));
  store_be16(&frame[at], value);
}

const std::vector<Mutant>& mutants() {
  auto at_rtp = [](const Flows& flows, size_t offset) { return udp_at(flows) + 8 + offset; };
  static const std::vector<Mutant> all{
      {Reason::media_source,
       [](const Flows& flows, uint32_t flow, Frame& frame) {
         set16(flows, frame, udp_at(flows), uint16_t(flows.remote(0, flow).port + 1));
       }},
      {Reason::media_payload_type, [=](const Flows& flows, uint32_t,
                                       Frame& frame) { set16(flows, frame, at_rtp(flows, 0), 0x8000 | 96); }},
      {Reason::media_not_rtp,
       [=](const Flows& flows, uint32_t, Frame& frame) { set16(flows, frame, at_rtp(flows, 0), 0x4000); }},
      {Reason::media_closed,
       [](const Flows& flows, uint32_t flow, Frame& frame) {
         set16(flows, frame, udp_at(flows) + 2, uint16_t(flows.local(0, flow).port + 1));
       }},
      {Reason::vlan_unknown,
       [](const Flows&, uint32_t, Frame& frame) {
         const uint8_t tag[]{0x81, 0, 0, 99};
         frame.insert(frame.begin() + 12, std::begin(tag), std::end(tag));
       }},
      {Reason::media_realm,
       [](const Flows& flows, uint32_t flow, Frame& frame) {
         const IpAddress other = flows.local(1, flow).address;
         const bool v4 = flows.family() == Family::v4;
         const auto bytes = std::span<const uint8_t>(other.bytes).last(v4 ? 4 : 16);
         for (size_t i = 0; i < bytes.size(); i += 2)
           set16(flows, frame, udp_at(flows) - bytes.size() + i, load_be16(&bytes[i]));
         if (!v4) return;
         store_be16(&frame[24], 0);
         store_be16(&frame[24], wire::Checksum().add(std::span(frame).subspan(14, 20)).value());
       }},
      {Reason::none,  // another SSRC begins another stream (RFC 3550 8.2)
       [=](const Flows& flows, uint32_t, Frame& frame) { set16(flows, frame, at_rtp(flows, 8), 0x1234); }},
  };
  return all;
}

class Bench {
 public:
  Bench(const Flows& flows, port::PacketPool& pool)
      : flows_(flows), pool_(pool), devices_{{{"relay-0", 1, capacity}, {"relay-1", 1, capacity}}} {}

  std::string run() {
    std::string fault;
    border_ = RelayBorder::open(flows_, {devices_[0].device(), devices_[1].device()}, pool_, fault);
    if (!border_) return fault;
    now_ = border_->now();
    fault = make_gateways_known();
    if (fault.empty()) fault = relay_all();
    for (const Mutant& mutant : mutants())
      if (fault.empty()) fault = plant(mutant);
    if (fault.empty()) fault = exceed_a_rate();
    border_.reset();
    return fault;
  }

 private:
  static constexpr unsigned capacity = 4096;

  Frame frame_of(uint8_t side, uint32_t flow, uint16_t sequence) const {
    std::array<uint8_t, frame_bytes_max> room;
    auto frame = flows_.write(room, side, flow, sequence, border_->mac(side));
    Frame result(frame.begin(), frame.end());
    const bool without_checksum = flows_.family() == Family::v4 && flow % 5 == 0;
    if (without_checksum) store_be16(&result[udp_at(flows_) + 6], 0);
    return result;
  }

  void arrive(uint8_t side, const Frame& frame) {
    rte_mbuf* packet = pool_.allocate();
    SBC_CHECK(packet != nullptr);
    std::memcpy(rte_pktmbuf_append(packet, uint16_t(frame.size())), frame.data(), frame.size());
    SBC_CHECK(devices_[side].arrive(0, packet));
  }

  void turn() {
    now_ = now_ + std::chrono::milliseconds(1);
    while (border_->iterate(now_)) {
    }
  }

  /// What was sent since the last time, but for ARP and neighbour discovery.
  std::vector<Frame> sent(uint8_t side) {
    std::vector<Frame> frames;
    while (rte_mbuf* packet = devices_[side].sent(0)) {
      const auto* data = rte_pktmbuf_mtod(packet, const uint8_t*);
      Frame frame(data, data + rte_pktmbuf_data_len(packet));
      auto parsed = wire::parse_frame(frame);
      if (!parsed || parsed->protocol == wire::Protocol::udp) frames.push_back(std::move(frame));
      rte_pktmbuf_free(packet);
    }
    return frames;
  }

  std::string make_gateways_known() {
    for (uint8_t side : sides) arrive(side, frame_of(side, 0, 0));
    turn();
    border_->hear_gateways(now_);
    turn();
    return sent(0).size() == 1 && sent(1).size() == 1 ? ""
                                                      : "packets that waited for a gateway did not leave";
  }

  /// Both directions of every flow, some packets of each.
  std::string relay_all() {
    for (uint16_t sequence = 1; sequence <= 3; ++sequence) {
      for (uint8_t side : sides) {
        std::vector<Frame> expected;
        for (uint32_t i = 0; i < flow_count; ++i) {
          const uint32_t flow = (i * 611 + sequence) % flow_count;
          const Frame frame = frame_of(side, flow, sequence);
          expected.push_back(reference(flows_, side, flow, frame, border_->mac(1 - side)));
          arrive(side, frame);
        }
        turn();
        if (sent(1 - side) != expected) return "what was sent differs from the reference";
      }
    }
    return border_->fault();
  }

  std::string expect_drops(Reason reason, uint64_t dropped, uint64_t passed, uint64_t before) {
    const uint64_t left = sent(1).size(), all = border_->worker().dropped() - before;
    const uint64_t named = reason == Reason::none ? 0 : border_->worker().dropped(reason);
    const bool right = left == passed && all == dropped && (reason == Reason::none || named >= dropped);
    return right ? ""
                 : std::string(name_of(reason)) + ": " + std::to_string(left) +
                       " passed, dropped: " + border_->worker().drops();
  }

  std::string plant(const Mutant& mutant) {
    const uint64_t before = border_->worker().dropped();
    const uint64_t named_before =
        mutant.reason == Reason::none ? 0 : border_->worker().dropped(mutant.reason);
    if (named_before != 0) return std::string(name_of(mutant.reason)) + " was dropped before";
    for (uint32_t i = 0; i < mutants_each; ++i) {
      const uint32_t flow = first_mutant + i;
      Frame frame = frame_of(0, flow, 4);
      mutant.change(flows_, flow, frame);
      arrive(0, frame);
    }
    turn();
    const bool passes = mutant.reason == Reason::none;
    return expect_drops(mutant.reason, passes ? 0 : mutants_each, passes ? mutants_each : 0, before);
  }

  std::string exceed_a_rate() {
    media::Relay relay = flows_.relay(slow_flow);
    relay.pace.packets_per_second = slow_rate;
    border_->relay().install(relay, border_->now());
    const uint64_t before = border_->worker().dropped();
    for (uint32_t i = 0; i < slow_sent; ++i) arrive(0, frame_of(0, slow_flow, uint16_t(5 + i)));
    turn();
    return expect_drops(Reason::media_rate, slow_sent - slow_allowed, slow_allowed, before);
  }

  const Flows flows_;
  port::PacketPool& pool_;
  std::array<port::RingDevice, 2> devices_;
  std::unique_ptr<RelayBorder> border_;
  Instant now_{0};
};

}  // namespace

std::string check_relay(Family family, port::PacketPool& pool) {
  std::string fault = Bench(Flows(family, flow_count), pool).run();
  return fault.empty() ? fault : (family == Family::v4 ? "IPv4: " : "IPv6: ") + fault;
}

}  // namespace sbc::bench
