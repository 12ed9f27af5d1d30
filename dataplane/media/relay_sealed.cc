// Packets of flows whose two ends encrypt between them: what is in the clear is judged, and everything leaves
// as it came.
#include "dataplane/bytes/big_endian.h"
#include "dataplane/media/relay_engine.h"

namespace sbc::media {
namespace {

/// Ticks of 2^16 ns: a hundred datagrams a second, and half a second's worth at once, where a handshake is a
/// dozen.
constexpr uint16_t dtls_interval = 152;

/// RFC 3711 3.4: the first packet's first eight bytes, and at the end an index, are in the clear.
constexpr size_t srtcp_size_min = 8 + 4;

Reason check_srtcp(std::span<const uint8_t> payload) {
  if (payload.size() < srtcp_size_min || !rtp::looks_like_rtcp(payload)) return Reason::media_not_rtcp;
  const size_t first = (size_t(load_be16(&payload[2])) + 1) * 4;
  return first >= 8 && first + 4 <= payload.size() ? Reason::none : Reason::media_not_rtcp;
}

/// What agrees on keys: of DTLS 1.0 and 1.2 (RFC 6347 4.1) change_cipher_spec, alerts and handshakes, of 1.3
/// ACK besides. The data of applications is none, and nobody has any (RFC 5764 3).
bool is_key_agreement(uint8_t type) { return (type >= 20 && type <= 22) || type == 26; }

/// Records to the datagram's end. Behind the unified header of DTLS 1.3 (RFC 9147 4), and behind the version
/// of a record with a connection ID (RFC 9146 4), nothing can be told.
bool are_records(std::span<const uint8_t> payload) {
  constexpr uint8_t with_id = 25, first_unified = 32, last = 63;
  constexpr size_t header = 13, unified_min = 1 + 1 + 16;  // a sequence number, and what is encrypted
  if (payload.empty()) return false;
  while (!payload.empty()) {
    if (payload[0] >= first_unified && payload[0] <= last) return payload.size() >= unified_min;
    if (payload.size() < header || payload[1] != 0xfe) return false;
    if (payload[0] == with_id) return payload.size() > header;
    if (!is_key_agreement(payload[0])) return false;
    const size_t record = header + load_be16(&payload[11]);
    if (record > payload.size()) return false;
    payload = payload.subspan(record);
  }
  return true;
}

}  // namespace

Reason RelayEngine::check_sealed(FlowIndex flow, std::span<const uint8_t> payload) {
  const FlowLine& line = table_.line(flow);
  return line.kind == Kind::rtp ? check_rtp(flow, rtp::parse_srtp(payload)) : check_srtcp(payload);
}

/// By its first byte it is neither RTP nor STUN (RFC 7983). Elsewhere it is no RTP, and refused as that.
bool RelayEngine::is_dtls(FlowIndex flow, std::span<const uint8_t> payload) const {
  return are_records(payload) && table_.detail(flow).seal == Seal::dtls_srtp;
}

/// The first packet that comes may be DTLS (RFC 5763 6.7), so it latches where RTP would, and nowhere else:
/// who may send is judged before what is sent. It is no RTP, and is not counted as that.
Verdict RelayEngine::relay_dtls(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame) {
  const FlowLine& line = table_.line(flow);
  Reason reason = check_source(flow, frame);
  if (reason == Reason::none) reason = check_rate(table_.detail(flow).dtls_arrival, dtls_interval);
  if (reason != Reason::none) return refuse(flow, reason);
  hear_from(flow, frame);
  if (!line.is(FlowLine::egress_known)) return {why_not_sent(flow)};
  rewrite_headers(packet, frame, egress_of(flow));
  Verdict verdict;
  set_sent(verdict, flow);
  verdict.kind = Kind::opaque;
  return verdict;
}

}  // namespace sbc::media
