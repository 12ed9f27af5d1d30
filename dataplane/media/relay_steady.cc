// The packet that nearly all packets are: the next one of a stream that has latched. What it passes is what
// relay() asks of it, read from the packet's first lines of memory and the flow's.
#include "dataplane/bytes/big_endian.h"
#include "dataplane/bytes/word.h"
#include "dataplane/media/relay_engine.h"
#include "dataplane/wire/checksum.h"

namespace sbc::media {
namespace {

constexpr uint16_t more_fragments_and_offset = 0x3fff;
constexpr uint8_t plain_rtp = 0x80;  // version 2; neither padding, extension nor CSRCs
constexpr size_t behind_ip = wire::udp_size + rtp::rtp_header_size;

constexpr size_t ip_size(bool v6) { return v6 ? wire::ipv6_size : wire::ipv4_size; }

bool header_adds_up(const uint8_t* ip) {
  uint64_t sum = 0;
  for (size_t at = 0; at < wire::ipv4_size; at += 4) sum += word_at<uint32_t>(ip + at);
  return wire::fold(sum) == 0xffff;
}

/// Whole, and with nothing behind the UDP datagram.
bool is_whole_v4(std::span<const uint8_t> ip, size_t udp_length) {
  const size_t total = load_be16(&ip[2]);
  return total <= ip.size() && total == wire::ipv4_size + udp_length &&
         (load_be16(&ip[6]) & more_fragments_and_offset) == 0 && header_adds_up(ip.data());
}
bool is_whole_v6(std::span<const uint8_t> ip, size_t udp_length) {
  return wire::ipv6_size + udp_length <= ip.size() && load_be16(&ip[4]) == udp_length;
}

bool same_v6(const uint8_t* at, const IpAddress& address) {
  return std::memcmp(at, address.bytes.data(), address.bytes.size()) == 0;
}

}  // namespace

FlowIndex RelayEngine::peek(RealmId realm, uint16_t ethertype, std::span<const uint8_t> ip) const {
  const bool v6 = ethertype == wire::ethertype_ipv6;
  if (ip.size() < ip_size(v6) + behind_ip) return no_flow;
  FlowIndex flow = no_flow;
  if (v6) {
    if (ip[0] >> 4 != 6 || ip[6] != wire::protocol_udp) return no_flow;
    flow = table_.index_of_v6(realm, &ip[24], load_be16(&ip[wire::ipv6_size + 2]));
    if (flow != no_flow) table_.prefetch_addresses(flow);
  } else {
    if (ethertype != wire::ethertype_ipv4 || ip[0] != 0x45 || ip[9] != wire::protocol_udp) return no_flow;
    flow = table_.index_of_v4(realm, &ip[16], load_be16(&ip[wire::ipv4_size + 2]));
  }
  if (flow != no_flow) table_.prefetch(flow);
  return flow;
}

/// `ip` is what peek() has found to go to this flow: of the family of its port.
/// `also`: flags that it may have besides.
bool RelayEngine::is_steady(FlowIndex flow, std::span<const uint8_t> ip, uint16_t also) const {
  constexpr uint16_t families = FlowLine::local_v6 | FlowLine::egress_v6;
  constexpr uint16_t latched =
      FlowLine::open | FlowLine::latched | FlowLine::source_fixed | FlowLine::egress_known;
  const FlowLine& line = table_.line(flow);
  if ((line.flags & ~(families | also)) != latched || line.kind != Kind::rtp) return false;
  const bool v6 = line.is(FlowLine::local_v6);
  const uint8_t* udp = &ip[ip_size(v6)];
  const uint8_t* rtp = udp + wire::udp_size;
  const size_t length = load_be16(udp + 4);
  if (length - behind_ip > line.payload_max) return false;  // also where it is shorter than the headers
  if (word_at<uint16_t>(udp) != line.remote_port) return false;
  if (v6) {
    if (!is_whole_v6(ip, length) || !same_v6(&ip[8], table_.addresses(flow).remote)) return false;
  } else {
    if (!is_whole_v4(ip, length) || word_at<uint32_t>(&ip[12]) != line.remote_v4) return false;
  }
  // IPv6 takes no datagram without checksum (RFC 8200 8.1), and none leaves by it.
  if ((line.flags & families) != 0 && word_at<uint16_t>(udp + 6) == 0) return false;
  const unsigned type = rtp[1] & 0x7f;
  if (rtp::looks_like_rtcp(ip.subspan(ip_size(v6) + wire::udp_size)))
    return false;  // where they share a port
  return rtp[0] == plain_rtp && line.payload_types[type / 64] >> (type % 64) & 1;
}

bool RelayEngine::is_steady_secured(FlowIndex flow, std::span<const uint8_t> ip) const {
  constexpr uint16_t keys = FlowLine::unprotects | FlowLine::protects;
  return (table_.line(flow).flags & keys) != 0 && is_steady(flow, ip, keys);
}

std::span<uint8_t> RelayEngine::relay_steady(FlowIndex flow, std::span<uint8_t> ip, Instant now) {
  if (!is_steady(flow, ip, 0)) return {};
  FlowLine& line = table_.line(flow);
  now_ = now;
  if (check_rate(line) != Reason::none) return {};
  const bool v6 = line.is(FlowLine::local_v6);
  uint8_t* udp = &ip[ip_size(v6)];
  const uint8_t* rtp = udp + wire::udp_size;
  const uint16_t length = load_be16(udp + 4);
  count_rtp(table_.stream(flow), table_.detail(flow),
            {uint8_t(rtp[1] & 0x7f), load_be16(rtp + 2), load_be32(rtp + 4), load_be32(rtp + 8)}, now);
  count(flow, uint16_t(length - wire::udp_size));
  const Egress egress = egress_of(flow);
  return {rewrite_headers(udp, v6, egress), ip_size(egress.v6) + length};
}

}  // namespace sbc::media
