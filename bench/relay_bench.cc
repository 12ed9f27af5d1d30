// What every media packet pays between ports: headers parsed, flow admitted, addresses rewritten.
#include <cstring>

#include <benchmark/benchmark.h>

#include "dataplane/media/relay_engine.h"
#include "dataplane/wire/build.h"

namespace sbc {
namespace {

constexpr size_t headroom = 128;
constexpr size_t rtp_size = 172;

config::Model two_realms() {
  config::Model model;
  model.realms.resize(2);
  for (uint8_t i = 0; i < 2; ++i) {
    model.realms[i].media.addresses = {IpAddress::v4(198, 51, uint8_t(100 + i), 1)};
    model.realms[i].media.first_port = 20000;
    model.realms[i].media.last_port = 65535;
  }
  return model;
}

/// Flows 0..N-1 between the realms, a frame of each, relayed in a scattered order.
struct Flows {
  explicit Flows(unsigned count)
      : model(two_realms()), ranges(model), engine(ranges, WorkerId(0), 1), frames(count), parsed(count) {
    for (unsigned i = 0; i < count; ++i) {
      uint16_t port = uint16_t(20000 + 2 * i);
      media::Relay relay;
      relay.pace.packets_per_second = 60000;
      for (uint8_t side = 0; side < 2; ++side) {
        relay.sides[side].local = {RealmId(side), 0, port};
        relay.sides[side].remote = {IpAddress::v4(10, side, uint8_t(i >> 8), uint8_t(i)), 30000};
        relay.sides[side].payload_types = {1u << 8, 0};
      }
      engine.install(relay, Instant{0});
      fill(frames[i], relay.sides[0].remote, {model.realms[0].media.addresses[0], port});
      parsed[i] = *wire::parse_frame({frames[i].data() + headroom - wire::ethernet_size, frame_size});
    }
  }

  static constexpr size_t frame_size = wire::ethernet_size + wire::ipv4_size + wire::udp_size + rtp_size;
  using Frame = std::array<uint8_t, 512>;

  static void fill(Frame& frame, const Endpoint& from, const Endpoint& to) {
    size_t payload = headroom + wire::ipv4_size + wire::udp_size;
    frame[payload] = 0x80;
    frame[payload + 1] = 8;
    wire::UdpPath path;
    path.ip.source = from.address;
    path.ip.destination = to.address;
    path.source_port = from.port;
    path.destination_port = to.port;
    wire::write_udp_frame(frame, payload, rtp_size, path);
  }

  config::Model model;
  media::MediaRanges ranges;
  media::RelayEngine engine;
  std::vector<Frame> frames;
  std::vector<wire::Frame> parsed;
};

void relay_packet(benchmark::State& state) {
  unsigned count = unsigned(state.range(0));
  Flows flows(count);
  Flows::Frame scratch;
  Instant now{1'000'000'000};
  uint64_t refused = 0;
  unsigned flow = 0;
  for (auto _ : state) {
    flow = (flow + 7919) % count;
    now = now + Duration(100);
    std::memcpy(scratch.data() + headroom - wire::ethernet_size,
                flows.frames[flow].data() + headroom - wire::ethernet_size, Flows::frame_size);
    media::PacketBuffer packet{scratch.data() + headroom - wire::ethernet_size, Flows::frame_size,
                               headroom - wire::ethernet_size, 200};
    auto local =
        flows.ranges.locate(RealmId(0), flows.parsed[flow].destination, flows.parsed[flow].destination_port);
    media::Verdict verdict =
        flows.engine.relay(flows.engine.flow_of(*local), packet, flows.parsed[flow], now);
    refused += verdict.reason != Reason::none;
    benchmark::DoNotOptimize(packet);
  }
  state.counters["refused"] = double(refused);
}
BENCHMARK(relay_packet)->Arg(1)->Arg(1024)->Arg(16384);

}  // namespace
}  // namespace sbc
