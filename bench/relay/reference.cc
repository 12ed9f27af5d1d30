#include "bench/relay/reference.h"

namespace sbc::bench {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr size_t udp_header = 8, udp_checksum_at = 6, ipv4_checksum_at = 10;
constexpr uint8_t ttl = 64, udp = 17;

void put(Bytes& out, std::span<const uint8_t> bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
void put16(Bytes& out, size_t value) {
  out.push_back(uint8_t(value >> 8));
  out.push_back(uint8_t(value));
}
void set16(Bytes& out, size_t at, uint16_t value) {
  out[at] = uint8_t(value >> 8);
  out[at + 1] = uint8_t(value);
}

/// RFC 1071, word by word.
uint16_t internet_checksum(const Bytes& bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? uint32_t(bytes[i]) << 8 : bytes[i];
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return uint16_t(~sum);
}

std::span<const uint8_t> bytes_of(const IpAddress& address) {
  std::span<const uint8_t> bytes = address.bytes;
  return address.is_v4() ? bytes.last(4) : bytes;
}

Bytes ip_header(const Endpoint& source, const Endpoint& destination, size_t udp_length) {
  Bytes ip;
  if (source.address.is_v4()) {
    put(ip, std::array<uint8_t, 2>{0x45, media_dscp << 2});
    put16(ip, 20 + udp_length);
    put(ip, std::array<uint8_t, 8>{0, 0, 0x40, 0, ttl, udp, 0, 0});  // don't fragment
  } else {
    put(ip, std::array<uint8_t, 4>{0x60 | media_dscp >> 2, uint8_t(media_dscp << 6), 0, 0});
    put16(ip, udp_length);
    put(ip, std::array<uint8_t, 2>{udp, ttl});
  }
  put(ip, bytes_of(source.address));
  put(ip, bytes_of(destination.address));
  if (source.address.is_v4()) set16(ip, ipv4_checksum_at, internet_checksum(ip));
  return ip;
}

Bytes udp_datagram(const Endpoint& source, const Endpoint& destination, std::span<const uint8_t> payload,
                   bool with_checksum) {
  Bytes datagram;
  put16(datagram, source.port);
  put16(datagram, destination.port);
  put16(datagram, udp_header + payload.size());
  put16(datagram, 0);
  put(datagram, payload);
  if (!with_checksum) return datagram;
  Bytes summed;
  put(summed, bytes_of(source.address));
  put(summed, bytes_of(destination.address));
  put16(summed, udp);
  put16(summed, datagram.size());
  put(summed, datagram);
  const uint16_t checksum = internet_checksum(summed);
  set16(datagram, udp_checksum_at, checksum == 0 ? 0xffff : checksum);
  return datagram;
}

}  // namespace

std::vector<uint8_t> reference(const Flows& flows, uint8_t from, uint32_t flow,
                               std::span<const uint8_t> frame, const MacAddress& mac) {
  const uint8_t to = 1 - from;
  const size_t udp_at = 14 + (flows.family() == Family::v4 ? 20 : 40);
  const bool has_checksum = (frame[udp_at + udp_checksum_at] | frame[udp_at + udp_checksum_at + 1]) != 0;
  const Endpoint source = flows.local(to, flow), destination = flows.remote(to, flow);
  Bytes out;
  put(out, gateway_mac(to).bytes);
  put(out, mac.bytes);
  put16(out, flows.family() == Family::v4 ? 0x0800 : 0x86dd);
  const Bytes datagram = udp_datagram(source, destination, frame.subspan(udp_at + udp_header), has_checksum);
  put(out, ip_header(source, destination, datagram.size()));
  put(out, datagram);
  return out;
}

}  // namespace sbc::bench
