#include "dataplane/wire/arp.h"

#include "dataplane/bytes/reader.h"
#include "dataplane/bytes/writer.h"

namespace sbc::wire {
namespace {

constexpr uint16_t hardware_ethernet = 1;

std::span<const uint8_t> v4_bytes(const IpAddress& address) { return std::span(address.bytes).last(4); }

}  // namespace

Result<Arp> parse_arp(std::span<const uint8_t> packet) {
  Reader reader(packet);
  uint16_t hardware = reader.be16(), protocol = reader.be16(), lengths = reader.be16(),
           operation = reader.be16();
  Arp arp;
  reader.copy(arp.sender_mac.bytes);
  arp.sender = IpAddress::v4(reader.be32());
  reader.copy(arp.target_mac.bytes);
  arp.target = IpAddress::v4(reader.be32());
  if (reader.failed()) return Reason::arp_bad;
  if (hardware != hardware_ethernet || protocol != ethertype_ipv4 || lengths != 0x0604)
    return Reason::arp_bad;
  if (operation != 1 && operation != 2) return Reason::arp_bad;
  arp.operation = Arp::Operation(operation);
  if (is_multicast(arp.sender_mac) || arp.sender_mac == MacAddress{}) return Reason::arp_bad;
  bool sender_unicast = !arp.sender.is_multicast() && arp.sender.v4_bits() != 0xffffffff;
  if (!sender_unicast || (arp.is_probe() && arp.operation == Arp::Operation::reply)) return Reason::arp_bad;
  return arp;
}

std::span<uint8_t> write_arp(std::span<uint8_t> out, const Ethernet& ethernet, const Arp& arp) {
  size_t header = ethernet_header_size(ethernet.vlan);
  SBC_CHECK(out.size() >= header + arp_size);
  Writer(out.subspan(header))
      .be16(hardware_ethernet)
      .be16(ethertype_ipv4)
      .be16(0x0604)
      .be16(uint16_t(arp.operation))
      .copy(arp.sender_mac.bytes)
      .copy(v4_bytes(arp.sender))
      .copy(arp.target_mac.bytes)
      .copy(v4_bytes(arp.target));
  return write_ethernet_frame(out, header, arp_size, ethernet, ethertype_arp);
}

}  // namespace sbc::wire
