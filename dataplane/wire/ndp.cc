#include "dataplane/wire/ndp.h"

#include <algorithm>

#include "dataplane/bytes/reader.h"
#include "dataplane/bytes/writer.h"

namespace sbc::wire {
namespace {

constexpr uint8_t hop_limit = 255;
constexpr uint8_t source_link_layer = 1, target_link_layer = 2;
constexpr size_t message_size = 24;

/// False when an option has length zero or runs past the end (RFC 4861 7.1).
bool read_options(Reader& reader, uint8_t wanted, std::optional<MacAddress>& link_layer) {
  while (reader.left() > 0) {
    uint8_t type = reader.u8();
    size_t length = size_t(reader.u8()) * 8;
    if (reader.failed() || length == 0) return false;
    auto content = reader.take(length - 2);
    if (reader.failed()) return false;
    if (type != wanted || length != 8) continue;
    MacAddress mac;
    std::copy(content.begin(), content.end(), mac.bytes.begin());
    if (is_multicast(mac) || mac == MacAddress{}) return false;
    link_layer = mac;
  }
  return true;
}

/// RFC 4861 7.1.1 and 7.1.2: what the addresses must be.
bool addresses_fit(const Frame& frame, const Ndp& ndp) {
  if (ndp.target.is_multicast() || ndp.target.is_none() || ndp.target.is_v4()) return false;
  if (ndp.kind == Ndp::Kind::advertisement) {
    return !frame.source.is_none() && !(frame.destination.is_multicast() && ndp.solicited);
  }
  if (!frame.source.is_none()) return true;
  return frame.destination == solicited_node(ndp.target) && !ndp.link_layer;
}

}  // namespace

Result<Ndp> parse_ndp(const Frame& frame, const Icmp& icmp) {
  if (frame.ttl != hop_limit || icmp.code != 0 || icmp.message.size() < message_size) return Reason::ndp_bad;
  Ndp ndp;
  ndp.kind = Ndp::Kind(icmp.type);
  bool advertisement = ndp.kind == Ndp::Kind::advertisement;
  if (advertisement) {
    ndp.router = icmp.rest_of_header >> 31 & 1;
    ndp.solicited = icmp.rest_of_header >> 30 & 1;
    ndp.override_flag = icmp.rest_of_header >> 29 & 1;
  }
  Reader reader(icmp.body());
  reader.copy(ndp.target.bytes);
  uint8_t wanted = advertisement ? target_link_layer : source_link_layer;
  if (!read_options(reader, wanted, ndp.link_layer) || !addresses_fit(frame, ndp)) return Reason::ndp_bad;
  return ndp;
}

std::span<uint8_t> write_ndp(std::span<uint8_t> out, IpPath path, const Ndp& ndp) {
  path.ttl = hop_limit;
  size_t offset = ethernet_header_size(path.ethernet.vlan) + ipv6_size;
  bool advertisement = ndp.kind == Ndp::Kind::advertisement;
  uint32_t flags = advertisement ? uint32_t(ndp.router) << 31 | uint32_t(ndp.solicited) << 30 |
                                       uint32_t(ndp.override_flag) << 29
                                 : 0;
  SBC_CHECK(out.size() >= ndp_frame_max);
  Writer writer(out.subspan(offset));
  writer.u8(uint8_t(ndp.kind)).u8(0).be16(0).be32(flags).copy(ndp.target.bytes);
  if (ndp.link_layer) {
    writer.u8(advertisement ? target_link_layer : source_link_layer).u8(1).copy(ndp.link_layer->bytes);
  }
  seal_icmp(writer.written(), path);
  return write_ip_frame(out, offset, writer.size(), path, protocol_icmpv6);
}

IpAddress solicited_node(const IpAddress& address) {
  IpAddress group{{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff}};
  std::copy_n(address.bytes.begin() + 13, 3, group.bytes.begin() + 13);
  return group;
}

IpAddress all_nodes() { return {{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}; }

MacAddress multicast_mac(const IpAddress& group) {
  return {{0x33, 0x33, group.bytes[12], group.bytes[13], group.bytes[14], group.bytes[15]}};
}

}  // namespace sbc::wire
