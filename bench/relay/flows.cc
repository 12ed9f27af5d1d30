#include "bench/relay/flows.h"

#include "dataplane/bytes/big_endian.h"

namespace sbc::bench {
namespace {

constexpr uint16_t samples_per_packet = 160;
constexpr std::array<uint32_t, 2> links_v4{0xc6336400, 0xcb007100};    // 198.51.100.0, 203.0.113.0
constexpr std::array<uint32_t, 2> remotes_v4{0x0a000001, 0x64400001};  // 10.0.0.1, 100.64.0.1

/// 2001:db8:NETWORK::HOST
IpAddress documentation_v6(uint16_t network, uint32_t host) {
  IpAddress address{{0x20, 0x01, 0x0d, 0xb8}};
  store_be16(&address.bytes[4], network);
  store_be32(&address.bytes[12], host);
  return address;
}

void write_rtp(uint8_t* out, uint8_t side, uint32_t flow, uint16_t sequence) {
  out[0] = 0x80;
  out[1] = Flows::payload_type(flow);
  store_be16(out + 2, sequence);
  store_be32(out + 4, uint32_t(sequence) * samples_per_packet);
  store_be32(out + 8, Flows::ssrc(side, flow));
  for (size_t i = 12; i < rtp_bytes; ++i) out[i] = uint8_t(flow * 31 + i * 7);
}

}  // namespace

IpAddress Flows::on_link(uint8_t side, uint32_t host) const {
  return family_ == Family::v4 ? IpAddress::v4(links_v4[side] + host) : documentation_v6(1u + side, host);
}

Endpoint Flows::remote(uint8_t side, uint32_t flow) const {
  IpAddress address = family_ == Family::v4 ? IpAddress::v4(remotes_v4[side] + flow)
                                            : documentation_v6(uint16_t(0xa0 + side), flow + 1);
  return {address, uint16_t(30'000 + flow % 1000 * 2)};
}

media::Relay Flows::relay(uint32_t flow) const {
  media::Relay relay;
  relay.token = flow;
  relay.pace.packets_per_second = packets_per_second;
  for (uint8_t side : sides) {
    media::Side& own = relay.sides[side];
    own.local = media_port(side, flow);
    own.remote = remote(side, flow);
    own.signalling = own.remote.address;
    own.payload_types = {1u << 0 | 1u << 8, 0};
    own.dscp = media_dscp;
  }
  if (suite_ != SrtpSuite::none) relay.keys[1] = {true, key(flow), key(flow)};
  return relay;
}

srtp::MasterKey Flows::key(uint32_t flow) const {
  srtp::MasterKey key;
  key.suite = suite_;
  const size_t size = key.key().size() + key.salt().size();
  for (size_t i = 0; i < size; ++i) key.bytes[i] = uint8_t((flow + 1) * 2'654'435'761u >> i % 4 * 8 ^ i);
  return key;
}

std::span<uint8_t> Flows::write(std::span<uint8_t> room, uint8_t side, uint32_t flow, uint16_t sequence,
                                const MacAddress& to) const {
  const size_t payload = frame_bytes() - rtp_bytes;
  write_rtp(room.data() + payload, side, flow, sequence);
  const Endpoint from = remote(side, flow), local_end = local(side, flow);
  wire::UdpPath path;
  path.ip.ethernet = {to, gateway_mac(side), 0};
  path.ip.source = from.address;
  path.ip.destination = local_end.address;
  path.ip.ttl = 57;
  path.source_port = from.port;
  path.destination_port = local_end.port;
  return wire::write_udp_frame(room, payload, rtp_bytes, path);
}

}  // namespace sbc::bench
