// The packet that nearly all packets are: the next one of a stream that has latched, from IPv4 to IPv4. What
// it passes is what relay() asks of it, read from the packet's first line of memory and the flow's two.
#include "dataplane/bytes/big_endian.h"
#include "dataplane/bytes/word.h"
#include "dataplane/media/relay_engine.h"
#include "dataplane/wire/checksum.h"

namespace sbc::media {
namespace {

constexpr uint16_t more_fragments_and_offset = 0x3fff;
constexpr uint8_t plain_rtp = 0x80;  // version 2; neither padding, extension nor CSRCs

bool header_adds_up(const uint8_t* ip) {
  uint64_t sum = 0;
  for (size_t at = 0; at < wire::ipv4_size; at += 4) sum += word_at<uint32_t>(ip + at);
  return wire::fold(sum) == 0xffff;
}

}  // namespace

/// `ip` is what peek() has found to be IPv4 and UDP without options.
bool RelayEngine::is_steady(const FlowLine& line, std::span<const uint8_t> ip) const {
  constexpr uint8_t latched_v4 =
      FlowLine::open | FlowLine::latched | FlowLine::source_fixed | FlowLine::egress_known;
  if (line.flags != latched_v4 || line.kind != Kind::rtp) return false;
  const uint8_t* udp = &ip[wire::ipv4_size];
  const uint8_t* rtp = udp + wire::udp_size;
  const size_t total = load_be16(&ip[2]);
  const size_t length = load_be16(udp + 4);
  const bool fits = total <= ip.size() && total == wire::ipv4_size + length &&
                    length >= wire::udp_size + rtp::rtp_header_size &&
                    (load_be16(&ip[6]) & more_fragments_and_offset) == 0;
  const bool from_remote =
      word_at<uint32_t>(&ip[12]) == line.remote_v4 && word_at<uint16_t>(udp) == line.remote_port;
  const unsigned type = rtp[1] & 0x7f;
  const bool negotiated = rtp[0] == plain_rtp && line.payload_types[type / 64] >> (type % 64) & 1;
  return fits && from_remote && negotiated && header_adds_up(ip.data());
}

bool RelayEngine::relay_steady(FlowIndex flow, PacketBuffer& packet, uint32_t ip_offset, Instant now,
                               Verdict& verdict) {
  FlowLine& line = table_.line(flow);
  uint8_t* ip = packet.data + ip_offset;
  if (!is_steady(line, {ip, packet.size - ip_offset})) return false;
  now_ = now;
  if (check_rate(line) != Reason::none) return false;
  const uint8_t* rtp = ip + wire::ipv4_size + wire::udp_size;
  const uint16_t total = load_be16(ip + 2);
  count_rtp(table_.stream(flow), table_.detail(flow),
            {uint8_t(rtp[1] & 0x7f), load_be16(rtp + 2), load_be32(rtp + 4), load_be32(rtp + 8)}, now);
  count(flow, uint16_t(total - wire::ipv4_size - wire::udp_size));
  rewrite_ipv4(ip, {.source = &line.egress_local_v4,
                    .destination = &line.egress_remote_v4,
                    .source_port = line.egress_local_port,
                    .destination_port = line.egress_remote_port,
                    .dscp = line.egress_dscp});
  packet.become(ip, total);
  verdict.realm = line.egress_realm;
  verdict.destination = IpAddress::v4(load_be32(ip + 16));
  return true;
}

}  // namespace sbc::media
