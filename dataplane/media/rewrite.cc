#include "dataplane/media/rewrite.h"

#include <cstring>

#include "config/types/check.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/bytes/word.h"
#include "dataplane/wire/checksum.h"

namespace sbc::media {
namespace {

using wire::Checksum;

constexpr uint16_t dont_fragment = 0x4000;
constexpr uint32_t v4_pair = 8, v6_pair = 32;  // source and destination address, side by side
constexpr uint32_t port_pair = 4;

uint32_t ip_size(bool v6) { return v6 ? wire::ipv6_size : wire::ipv4_size; }

/// Addresses and ports lie in one piece, since neither family's header has options here.
std::span<const uint8_t> addressing(const uint8_t* udp, bool v6) {
  uint32_t pair = v6 ? v6_pair : v4_pair;
  return {udp - pair, pair + port_pair};
}

void write_ipv4(uint8_t* ip, const Egress& egress, uint16_t udp_length) {
  ip[0] = 0x45;
  ip[1] = uint8_t(egress.dscp << 2);
  store_be16(ip + 2, uint16_t(wire::ipv4_size + udp_length));
  store_be16(ip + 4, 0);  // RFC 6864 4.1: an atomic datagram needs no identification
  store_be16(ip + 6, dont_fragment);
  ip[8] = fresh_ttl;
  ip[9] = wire::protocol_udp;
  store_be16(ip + 10, 0);
  std::memcpy(ip + 12, egress.source, 4);
  std::memcpy(ip + 16, egress.destination, 4);
  store_be16(ip + 10, Checksum().add({ip, wire::ipv4_size}).value());
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
uint8_t* write_headers(PacketBuffer& packet, uint8_t* udp, const Egress& egress, uint16_t udp_length) {
  SBC_CHECK(udp - packet.data + packet.headroom >= ip_size(egress.v6));
  uint8_t* ip = udp - ip_size(egress.v6);
  if (egress.v6) {
    write_ipv6(ip, egress, udp_length);
  } else {
    write_ipv4(ip, egress, udp_length);
  }
  std::memcpy(udp, &egress.source_port, 2);
  std::memcpy(udp + 2, &egress.destination_port, 2);
  store_be16(udp + 4, udp_length);
  return ip;
}

/// As words stand in memory: a sum does not mind the order of a word's bytes.
uint64_t sum_of_addressing(const uint8_t* udp, bool v6) {
  uint64_t sum = 0;
  const std::span<const uint8_t> bytes = addressing(udp, v6);
  for (size_t at = 0; at < bytes.size(); at += 4) sum += word_at<uint32_t>(&bytes[at]);
  return sum;
}

/// RFC 768: a computed zero is sent as all ones.
uint16_t sendable(uint16_t checksum) { return checksum == 0 ? 0xffff : checksum; }

void compute_checksum(uint8_t* udp, bool v6, uint16_t udp_length) {
  store_be16(udp + 6, 0);
  Checksum sum;
  sum.add(addressing(udp, v6).first(v6 ? v6_pair : v4_pair)).add(wire::protocol_udp).add(udp_length);
  store_be16(udp + 6, sendable(sum.add({udp, udp_length}).value()));
}

/// By what addresses and ports summed up to before and do now (RFC 1624 equation 3). Not of a packet without
/// checksum.
void correct_checksum(uint8_t* udp, uint64_t gone, uint64_t come) {
  constexpr uint64_t nothing = uint64_t(0xffff) << 24;  // a multiple of all ones, above any sum that is gone
  const uint64_t sum = uint16_t(~word_at<uint16_t>(udp + 6)) + come + nothing - gone;
  const uint16_t sent = sendable(uint16_t(~wire::fold(sum)));
  std::memcpy(udp + 6, &sent, sizeof sent);
}

}  // namespace

void PacketBuffer::become(uint8_t* begin, uint32_t length) {
  uint8_t* room_end = data + size + tailroom;
  headroom = uint32_t(headroom + (begin - data));
  tailroom = uint32_t(room_end - begin - length);
  data = begin;
  size = length;
}

void rewrite_headers(PacketBuffer& packet, const wire::Frame& frame, const Egress& egress) {
  uint8_t* udp = packet.data + frame.transport_offset;
  uint16_t udp_length = uint16_t(wire::udp_size + frame.payload_length);
  const bool has_checksum = load_be16(udp + 6) != 0;
  const uint64_t gone = sum_of_addressing(udp, !frame.source.is_v4());
  uint8_t* ip = write_headers(packet, udp, egress, udp_length);
  if (has_checksum) {
    correct_checksum(udp, gone, sum_of_addressing(udp, egress.v6));
  } else if (egress.v6) {
    compute_checksum(udp, true, udp_length);
  }
  packet.become(ip, ip_size(egress.v6) + udp_length);
}

void rewrite_ipv4(uint8_t* ip, const Egress& egress) {
  uint8_t* udp = ip + wire::ipv4_size;
  const bool has_checksum = load_be16(udp + 6) != 0;
  const uint64_t gone = sum_of_addressing(udp, false);
  write_ipv4(ip, egress, uint16_t(load_be16(ip + 2) - wire::ipv4_size));
  std::memcpy(udp, &egress.source_port, 2);
  std::memcpy(udp + 2, &egress.destination_port, 2);
  if (has_checksum) correct_checksum(udp, gone, sum_of_addressing(udp, false));
}

void replace_payload(PacketBuffer& packet, const wire::Frame& frame, const Egress& egress,
                     std::span<const uint8_t> payload) {
  SBC_CHECK(payload.size() <= frame.payload_length + packet.tail_of(frame));
  std::memcpy(packet.data + frame.payload_offset, payload.data(), payload.size());
  rewrite_changed(packet, frame, egress, uint16_t(payload.size()));
}

void rewrite_changed(PacketBuffer& packet, const wire::Frame& frame, const Egress& egress,
                     uint16_t payload_length) {
  uint8_t* udp = packet.data + frame.transport_offset;
  const uint16_t udp_length = uint16_t(wire::udp_size + payload_length);
  uint8_t* ip = write_headers(packet, udp, egress, udp_length);
  compute_checksum(udp, egress.v6, udp_length);
  packet.become(ip, ip_size(egress.v6) + udp_length);
}

}  // namespace sbc::media
