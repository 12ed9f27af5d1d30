#include "dataplane/media/rewrite.h"

#include <bit>
#include <cstring>

#include "config/types/check.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/bytes/word.h"
#include "dataplane/wire/checksum.h"

namespace sbc::media {
namespace {

using wire::Checksum;

constexpr uint32_t dont_fragment = 0x4000;

uint32_t ip_size(bool v6) { return v6 ? wire::ipv6_size : wire::ipv4_size; }

/// Ones' complement sums of words as they stand in memory (a sum does not mind the order of a word's bytes);
/// what is carried out comes in again.
uint64_t plus(uint64_t a, uint64_t b) {
  const uint64_t sum = a + b;
  return sum + (sum < a);
}
uint64_t sum_of(const void* address, bool v6) {
  const auto* at = static_cast<const uint8_t*>(address);
  return v6 ? plus(word_at<uint64_t>(at), word_at<uint64_t>(at + 8)) : word_at<uint32_t>(at);
}

/// As it stands in a packet.
constexpr uint32_t network_order(uint32_t value) {
  return std::endian::native == std::endian::little ? __builtin_bswap32(value) : value;
}

/// The checksum is made of what is written, not read back: a load of what several stores just made waits
/// until they have left the core.
void write_ipv4(uint8_t* ip, const Egress& egress, uint16_t udp_length) {
  const uint32_t first =
      network_order(0x45u << 24 | uint32_t(egress.dscp) << 18 | (wire::ipv4_size + udp_length));
  constexpr uint32_t second = network_order(dont_fragment);  // RFC 6864 4.1: identification is not needed
  constexpr uint32_t third = network_order(uint32_t(fresh_ttl) << 24 | uint32_t(wire::protocol_udp) << 16);
  const uint64_t sum =
      uint64_t(first) + second + third + sum_of(egress.source, false) + sum_of(egress.destination, false);
  const uint16_t checksum = uint16_t(~wire::fold(sum));
  std::memcpy(ip, &first, 4);
  std::memcpy(ip + 4, &second, 4);
  std::memcpy(ip + 8, &third, 2);
  std::memcpy(ip + 10, &checksum, 2);
  std::memcpy(ip + 12, egress.source, 4);
  std::memcpy(ip + 16, egress.destination, 4);
}

void write_ipv6(uint8_t* ip, const Egress& egress, uint16_t udp_length) {
  store_be32(ip, 6u << 28 | uint32_t(egress.dscp) << 22);
  store_be16(ip + 4, udp_length);
  ip[6] = wire::protocol_udp;
  ip[7] = fresh_ttl;
  std::memcpy(ip + 8, egress.source, 16);
  std::memcpy(ip + 24, egress.destination, 16);
}

/// Returns the IP header's place.
uint8_t* write_headers(uint8_t* udp, const Egress& egress, uint16_t udp_length) {
  uint8_t* ip = udp - ip_size(egress.v6);
  if (egress.v6) {
    write_ipv6(ip, egress, udp_length);
  } else {
    write_ipv4(ip, egress, udp_length);
  }
  std::memcpy(udp, &egress.source_port, 2);
  std::memcpy(udp + 2, &egress.destination_port, 2);
  return ip;
}

/// RFC 768: a computed zero is sent as all ones.
uint16_t sendable(uint16_t checksum) { return checksum == 0 ? 0xffff : checksum; }

/// Of headers that are written but for it.
void compute_checksum(uint8_t* udp, const Egress& egress, uint16_t udp_length) {
  store_be16(udp + 6, 0);
  Checksum sum;
  sum.add_sum(sum_of(egress.source, egress.v6)).add_sum(sum_of(egress.destination, egress.v6));
  sum.add(wire::protocol_udp).add(udp_length);
  store_be16(udp + 6, sendable(sum.add({udp, udp_length}).value()));
}

/// By what addresses and ports summed up to before and do now (RFC 1624 equation 3). Not of a packet without
/// checksum.
void correct_checksum(uint8_t* udp, uint64_t gone, uint64_t come) {
  const uint64_t sum = plus(plus(come, ~gone), uint16_t(~word_at<uint16_t>(udp + 6)));
  const uint16_t sent = sendable(uint16_t(~wire::fold(sum)));
  std::memcpy(udp + 6, &sent, sizeof sent);
}

void check_headroom(const PacketBuffer& packet, const wire::Frame& frame, const Egress& egress) {
  SBC_CHECK(packet.headroom + frame.transport_offset >= ip_size(egress.v6));
}

}  // namespace

void PacketBuffer::become(uint8_t* begin, uint32_t length) {
  uint8_t* room_end = data + size + tailroom;
  headroom = uint32_t(headroom + (begin - data));
  tailroom = uint32_t(room_end - begin - length);
  data = begin;
  size = length;
}

uint8_t* rewrite_headers(uint8_t* udp, bool v6, const Egress& egress) {
  const uint32_t size = v6 ? 16 : 4;  // of an address: both end the IP header
  const bool has_checksum = word_at<uint16_t>(udp + 6) != 0;
  const uint16_t udp_length = load_be16(udp + 4);
  const uint64_t gone =
      plus(plus(sum_of(udp - 2 * size, v6), sum_of(udp - size, v6)), word_at<uint32_t>(udp));
  const uint64_t come = plus(plus(sum_of(egress.source, egress.v6), sum_of(egress.destination, egress.v6)),
                             uint32_t(egress.source_port) + egress.destination_port);
  uint8_t* ip = write_headers(udp, egress, udp_length);
  if (has_checksum) {
    correct_checksum(udp, gone, come);
  } else if (egress.v6) {
    compute_checksum(udp, egress, udp_length);
  }
  return ip;
}

void rewrite_headers(PacketBuffer& packet, const wire::Frame& frame, const Egress& egress) {
  check_headroom(packet, frame, egress);
  uint8_t* udp = packet.data + frame.transport_offset;
  uint8_t* ip = rewrite_headers(udp, !frame.source.is_v4(), egress);
  packet.become(ip, uint32_t(ip_size(egress.v6) + wire::udp_size + frame.payload_length));
}

void replace_payload(PacketBuffer& packet, const wire::Frame& frame, const Egress& egress,
                     std::span<const uint8_t> payload) {
  SBC_CHECK(payload.size() <= frame.payload_length + packet.tail_of(frame));
  std::memcpy(packet.data + frame.payload_offset, payload.data(), payload.size());
  rewrite_changed(packet, frame, egress, uint16_t(payload.size()));
}

void rewrite_changed(PacketBuffer& packet, const wire::Frame& frame, const Egress& egress,
                     uint16_t payload_length) {
  check_headroom(packet, frame, egress);
  uint8_t* udp = packet.data + frame.transport_offset;
  const uint16_t udp_length = uint16_t(wire::udp_size + payload_length);
  uint8_t* ip = write_headers(udp, egress, udp_length);
  store_be16(udp + 4, udp_length);
  compute_checksum(udp, egress, udp_length);
  packet.become(ip, ip_size(egress.v6) + udp_length);
}

}  // namespace sbc::media
