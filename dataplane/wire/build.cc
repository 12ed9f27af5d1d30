#include "dataplane/wire/build.h"

#include <cstring>

#include "config/types/check.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/wire/checksum.h"

namespace sbc::wire {
namespace {

constexpr uint16_t dont_fragment = 0x4000;

void write_ipv4(uint8_t* at, size_t payload_length, const IpPath& path, uint8_t protocol, bool offload) {
  at[0] = 0x45;
  at[1] = uint8_t(path.dscp << 2);
  store_be16(at + 2, uint16_t(ipv4_size + payload_length));
  store_be16(at + 4, 0);
  store_be16(at + 6, dont_fragment);
  at[8] = path.ttl;
  at[9] = protocol;
  store_be16(at + 10, 0);
  std::memcpy(at + 12, path.source.bytes.data() + 12, 4);
  std::memcpy(at + 16, path.destination.bytes.data() + 12, 4);
  if (!offload) store_be16(at + 10, Checksum().add({at, ipv4_size}).value());
}

void write_ipv6(uint8_t* at, size_t payload_length, const IpPath& path, uint8_t protocol) {
  store_be32(at, uint32_t(6) << 28 | uint32_t(path.dscp) << 22);
  store_be16(at + 4, uint16_t(payload_length));
  at[6] = protocol;
  at[7] = path.ttl;
  std::memcpy(at + 8, path.source.bytes.data(), 16);
  std::memcpy(at + 24, path.destination.bytes.data(), 16);
}

}  // namespace

std::span<uint8_t> write_ethernet_frame(std::span<uint8_t> buffer, size_t payload_offset,
                                        size_t payload_length, const Ethernet& ethernet, uint16_t ethertype) {
  size_t header = ethernet_header_size(ethernet.vlan);
  SBC_CHECK(payload_offset >= header && payload_offset + payload_length <= buffer.size());
  return {write_ethernet(buffer.data() + payload_offset, ethernet, ethertype), header + payload_length};
}

std::span<uint8_t> write_ip_frame(std::span<uint8_t> buffer, size_t payload_offset, size_t payload_length,
                                  const IpPath& path, uint8_t protocol, bool offload_checksum) {
  bool v4 = path.source.is_v4();
  size_t header = ip_header_size(path);
  SBC_CHECK(v4 == path.destination.is_v4() && payload_offset >= header);
  SBC_CHECK(payload_offset + payload_length <= buffer.size() && ipv4_size + payload_length <= 0xffff);
  uint8_t* at = buffer.data() + payload_offset - header;
  if (v4) {
    write_ipv4(at, payload_length, path, protocol, offload_checksum);
  } else {
    write_ipv6(at, payload_length, path, protocol);
  }
  return write_ethernet_frame(buffer, payload_offset - header, header + payload_length, path.ethernet,
                              v4 ? ethertype_ipv4 : ethertype_ipv6);
}

std::span<uint8_t> write_udp_frame(std::span<uint8_t> buffer, size_t payload_offset, size_t payload_length,
                                   const UdpPath& path, Offload offload) {
  SBC_CHECK(payload_offset >= udp_size && payload_offset + payload_length <= buffer.size());
  uint8_t* udp = buffer.data() + payload_offset - udp_size;
  size_t length = udp_size + payload_length;
  store_be16(udp, path.source_port);
  store_be16(udp + 2, path.destination_port);
  store_be16(udp + 4, uint16_t(length));
  store_be16(udp + 6, 0);
  Checksum checksum = pseudo_header(path.ip.source, path.ip.destination, protocol_udp, uint32_t(length));
  if (offload.udp) {
    store_be16(udp + 6, checksum.sum());
  } else {
    uint16_t value = checksum.add({udp, length}).value();
    store_be16(udp + 6, value == 0 ? 0xffff : value);  // zero would say that there is none
  }
  return write_ip_frame(buffer, payload_offset - udp_size, length, path.ip, protocol_udp, offload.ip);
}

}  // namespace sbc::wire
