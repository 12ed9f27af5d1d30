#include "dataplane/media/relay_engine.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "config/types/check.h"
#include "dataplane/bytes/big_endian.h"

namespace sbc::media {
namespace {

constexpr int tick_shift = 16;  // a tick is 2^16 ns
constexpr int64_t ticks_per_second = 1'000'000'000 >> tick_shift;
constexpr uint32_t burst_ticks = uint32_t(ticks_per_second / 2);  // half a second's worth may come at once

uint32_t ticks_of(Instant now) { return uint32_t(now.ns >> tick_shift); }

uint16_t interval_of(uint16_t packets_per_second) {
  return uint16_t(ticks_per_second / std::max<int64_t>(packets_per_second, 1));
}

uint8_t bit_of(Intrusion kind) { return uint8_t(1u << unsigned(kind)); }

/// SRTP that comes twice is none: networks double packets.
Intrusion intrusion_of(Reason reason, bool latched) {
  switch (reason) {
    case Reason::media_source:
    case Reason::stun_forged:
      return latched ? Intrusion::injection : Intrusion::bleed;
    case Reason::srtp_forged:
      return Intrusion::injection;
    case Reason::media_rate:
    case Reason::media_size:
      return Intrusion::flood;
    case Reason::media_not_rtp:
    case Reason::media_not_rtcp:
    case Reason::media_payload_type:
    case Reason::srtp_malformed:
    case Reason::stun_bad:
      return Intrusion::unfit;
    default:
      return Intrusion::none;
  }
}

/// Of what is no payload there is little in any stream.
bool is_too_large(const rtp::RtpPacket& packet, size_t payload_max) {
  constexpr size_t others_max = 256;
  const size_t others = packet.sources.size() + packet.extension.size() + packet.padding;
  return packet.payload.size() > payload_max || (payload_max != rtp::any_size && others > others_max);
}

/// An SDP may say "nowhere": port 0, 0.0.0.0, or an address of a family that this port does not speak.
bool can_be_sent_to(const Endpoint& remote, Family family) {
  const IpAddress& address = remote.address;
  if (remote.port == 0 || address.is_none() || address.is_multicast() || address.family() != family)
    return false;
  return !address.is_v4() || (address.v4_bits() != 0 && address.v4_bits() != 0xffffffff);
}

}  // namespace

RelayEngine::RelayEngine(const MediaRanges& ranges, WorkerId self, unsigned workers)
    : ranges_(ranges), table_(ranges, self, workers) {}

void RelayEngine::install(const Relay& relay, Instant now) {
  now_ = now;
  const auto& sides = relay.sides;
  FlowIndex flows[2] = {flow_of(sides[0].local), flow_of(sides[1].local)};
  SBC_CHECK(flows[0] != no_flow && flows[1] != no_flow && flows[0] != flows[1]);
  const bool stays[2] = {table_.detail(flows[0]).side.remote == sides[0].remote,
                         table_.detail(flows[1]).side.remote == sides[1].remote};
  open_flow(sides[0], relay, flows[1]);
  open_flow(sides[1], relay, flows[0]);
  join(flows[0], flows[1], sides[1]);
  join(flows[1], flows[0], sides[0]);
  secure(flows[0], relay.kind, relay.keys[0], relay.keys[1], stays[1]);
  secure(flows[1], relay.kind, relay.keys[1], relay.keys[0], stays[0]);
}

void RelayEngine::open_flow(const Side& side, const Relay& relay, FlowIndex peer) {
  FlowIndex flow = flow_of(side.local);
  FlowLine& line = table_.line(flow);
  FlowDetail& detail = table_.detail(flow);
  bool open = line.is(FlowLine::open);
  if (open && detail.peer != peer) {
    close(detail.peer);
    if (line.is(FlowLine::attended)) table_.attention(flow).sender = {};  // digits were for that one
  }
  // Another kind may come from another port than the former one, of which more is on its way.
  const bool another_kind = open && line.kind != relay.kind;
  if (another_kind) begin_counting(flow);
  const bool same = !another_kind && detail.side.remote == side.remote && detail.side.latch == side.latch &&
                    detail.side.signalling == side.signalling && detail.side.muxed == side.muxed &&
                    detail.side.other_sources == side.other_sources && side.ice.is_none();
  // What ICE has nominated stands until it nominates anew, whatever SDP says meanwhile (RFC 8445 12.1).
  const bool nominated = !detail.side.ice.is_none() && !side.ice.is_none();
  bool keep_latch = open && ((same && detail.side.ice.is_none()) || nominated);

  line.set(FlowLine::open, true);
  line.set(FlowLine::local_v6, !ranges_.address_of(side.local).is_v4());
  line.kind = relay.kind;
  line.interval = interval_of(relay.pace.packets_per_second);
  line.payload_max = relay.pace.payload_max;
  std::copy(side.payload_types.begin(), side.payload_types.end(), line.payload_types);
  detail.token = relay.token;
  detail.cname = relay.cname;
  if (detail.side.formats != side.formats) table_.stream(flow).payload_type = StreamLine::no_type;
  // ICE that is restarted, or done with another fork, ranks anew.
  if (detail.side.ice != side.ice || detail.side.remote != side.remote) detail.nomination = {};
  detail.peer = peer;
  detail.side = side;
  detail.seal = relay.seal;
  detail.awaited = now_;
  if (open && !keep_latch) begin_relatch(flow);
  if (!keep_latch) await_latch(flow);
  if (side.tells_digits || line.is(FlowLine::attended)) attend(flow);
}

/// Of a port at which media becomes another kind.
void RelayEngine::begin_counting(FlowIndex flow) {
  FlowDetail& detail = table_.detail(flow);
  FlowDetail anew;
  anew.peer = detail.peer;
  anew.side = detail.side;
  anew.intrusions = detail.intrusions;
  detail = anew;
  table_.stream(flow) = {};
}

/// Tells `flow` where and as whom its packets leave: from the peer's port toward the peer's remote.
void RelayEngine::join(FlowIndex flow, FlowIndex peer, const Side& peer_side) {
  FlowLine& line = table_.line(flow);
  const IpAddress& local = ranges_.address_of(peer_side.local);
  const bool beside = line.kind == Kind::rtcp && peer_side.muxed;
  line.egress_realm = peer_side.local.realm;
  line.egress_dscp = peer_side.dscp;
  line.egress_local_v4 = packed_v4(local);
  line.egress_local_port = packed_port(uint16_t(peer_side.local.port - beside));
  line.set(FlowLine::egress_v6, !local.is_v4());
  line.set(FlowLine::egress_known, false);
  line.next_hop = FlowLine::no_next_hop;
  table_.addresses(flow).egress_local = local;
  if (peer_side.held_back) return;
  if (table_.line(peer).is(FlowLine::latched) && !is_asymmetric(peer)) {
    set_egress_remote(flow, {table_.addresses(peer).remote, packed_port(table_.line(peer).remote_port)});
  } else if (is_aimed(peer_side)) {
    set_egress_remote(flow, peer_side.remote);
  }
}

void RelayEngine::remove(Kind kind, const std::array<MediaPort, 2>& locals) {
  FlowIndex flows[2] = {flow_of(locals[0]), flow_of(locals[1])};
  SBC_CHECK(flows[0] != no_flow && flows[1] != no_flow);
  const FlowLine& line = table_.line(flows[0]);
  if (!line.is(FlowLine::open) || line.kind != kind || table_.detail(flows[0]).peer != flows[1]) return;
  close(flows[0]);
  close(flows[1]);
}

void RelayEngine::close(FlowIndex flow) {
  secure(flow, table_.line(flow).kind, {}, {}, false);
  table_.line(flow) = {};
  table_.stream(flow) = {};
  table_.addresses(flow) = {};
  table_.detail(flow) = {};
}

SideStats RelayEngine::stats(const MediaPort& local) const {
  FlowIndex flow = flow_of(local);
  SBC_CHECK(flow != no_flow);
  const FlowLine& line = table_.line(flow);
  const StreamLine& stream = table_.stream(flow);
  const FlowDetail& detail = table_.detail(flow);
  SideStats stats;
  stats.packets = packets_of(stream, detail);
  stats.bytes = bytes_of(stream, detail);
  stats.lost = lost_of(stream, detail);
  stats.duplicates = stream.duplicates;
  stats.reordered = stream.reordered;
  stats.loss_runs = stream.loss_runs;
  stats.streams = detail.streams;
  stats.refused = detail.refused;
  stats.strangers = detail.strangers;
  stats.too_many = detail.too_many;
  stats.codec = stream.codec;
  const rtp::Format* last = detail.side.formats.find(stream.payload_type);
  stats.paused = last && last->codec == rtp::Codec::comfort_noise;
  if (detail.clock_rate != 0) {
    stats.jitter = jitter_of(stream.jitter);
    stats.jitter_max = jitter_of(stream.jitter_max);
  }
  if (const FlowIndex rtcp = line.kind == Kind::rtp ? sibling_of(flow) : no_flow; rtcp != no_flow) {
    // At a port of its own, what its sender has said amiss (reports with nothing left to pass on) is no
    // media.
    const FlowDetail& control = table_.detail(rtcp);
    stats.refused += detail.side.muxed ? control.refused : control.strangers + control.too_many;
    stats.strangers += control.strangers;
    stats.too_many += control.too_many;
    stats.round_trip = table_.detail(rtcp).rtcp.round_trip;
    stats.far = table_.detail(rtcp).rtcp.far;
  }
  if (line.is(FlowLine::latched)) {
    stats.latched = {table_.addresses(flow).remote, packed_port(line.remote_port)};
  }
  if (stats.packets != 0) stats.last_packet = last_packet(flow);
  return stats;
}

Verdict RelayEngine::relay(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame, Instant now) {
  now_ = now;
  const std::span<const uint8_t> payload(packet.data + frame.payload_offset, frame.payload_length);
  flow = carried_by(flow, payload);
  if (!table_.line(flow).is(FlowLine::open)) return {Reason::media_closed};
  if (is_check(flow, payload)) return answer_check(flow, packet, frame);
  if (is_dtls(flow, payload)) return relay_dtls(flow, packet, frame);
  if (Reason reason = admit(flow, packet, frame); reason != Reason::none) return refuse(flow, reason);
  accept(flow, frame, frame.payload_length);
  Verdict verdict;
  if (table_.line(flow).is(FlowLine::attended)) verdict = hear(flow, payload);
  if (verdict.reason == Reason::none) send_on(flow, packet, frame, verdict);
  return verdict;
}

Verdict RelayEngine::refuse(FlowIndex flow, Reason reason) {
  FlowDetail& detail = table_.detail(flow);
  ++detail.refused;
  detail.strangers += reason == Reason::media_source;
  detail.too_many += reason == Reason::media_rate || reason == Reason::media_size;
  const Intrusion kind = intrusion_of(reason, table_.line(flow).is(FlowLine::latched));
  if (kind == Intrusion::none || detail.intrusions & bit_of(kind)) return {reason};
  return {.reason = reason, .news = kind, .token = detail.token, .flow = flow};
}

void RelayEngine::told(FlowIndex flow, Intrusion kind) { table_.detail(flow).intrusions |= bit_of(kind); }

/// A stranger's packet touches nothing but the counters of refusals, and cannot eat the flow's rate.
Reason RelayEngine::admit(FlowIndex flow, const PacketBuffer& packet, const wire::Frame& frame) {
  Reason reason = check_source(flow, frame);
  const std::span<const uint8_t> payload(packet.data + frame.payload_offset, frame.payload_length);
  if (reason == Reason::none) {
    const bool sealed = table_.detail(flow).seal != Seal::none;
    reason = sealed ? check_sealed(flow, payload)
                    : check_content(flow, payload, payload.size() + packet.tail_of(frame));
  }
  return reason != Reason::none ? reason : check_rate(table_.line(flow));
}

Reason RelayEngine::check_source(FlowIndex flow, const wire::Frame& frame) const {
  const FlowLine& line = table_.line(flow);
  if (frame.source_port == 0) return Reason::media_source;
  if (line.is(FlowLine::source_fixed) && !is_from_remote(flow, frame))
    return may_take_latch(flow, frame) ? Reason::none : Reason::media_source;
  if (!line.is(FlowLine::latched) && !may_latch(flow, frame)) return Reason::media_source;
  return Reason::none;
}

/// `room` is how long what replaces the payload may be.
Reason RelayEngine::check_content(FlowIndex flow, std::span<const uint8_t> payload, size_t room) {
  const FlowLine& line = table_.line(flow);
  if (line.kind == Kind::rtp) return check_rtp(flow, rtp::parse_rtp(payload));
  if (line.kind == Kind::opaque) return Reason::none;
  const std::span<uint8_t> out = std::span(rtcp_).first(std::min(rtcp_.size(), room));
  const auto size = rtp::rewrite_rtcp(payload, out, table_.detail(flow).cname);
  if (size) rtcp_size_ = *size;
  return size.reason();
}

bool RelayEngine::is_from_remote(FlowIndex flow, const wire::Frame& frame) const {
  const FlowLine& line = table_.line(flow);
  if (line.remote_port != packed_port(frame.source_port)) return false;
  return line.is(FlowLine::local_v6) ? table_.addresses(flow).remote == frame.source
                                     : line.remote_v4 == packed_v4(frame.source);
}

/// Whether media goes where its SDP says, as long as it has not latched.
bool RelayEngine::is_aimed(const Side& side) const {
  return !side.await_latch && side.ice.is_none() && may_be_sent_to(side, side.remote);
}

bool RelayEngine::may_be_sent_to(const Side& side, const Endpoint& remote) const {
  const Family family = ranges_.address_of(side.local).family();
  return can_be_sent_to(remote, family) && !refuses(side, remote.address);
}

bool RelayEngine::refuses(const Side& side, const IpAddress& source) const {
  return judge_ != nullptr && judge_->refuses(side.local.realm, source);
}

/// The stream of an RTCP flow, the RTCP of a stream; no_flow where the neighbouring port is not that.
FlowIndex RelayEngine::sibling_of(FlowIndex flow) const {
  Kind kind = table_.line(flow).kind;
  MediaPort local = table_.detail(flow).side.local;
  bool even = local.port % 2 == 0;
  if (kind == Kind::opaque || even != (kind == Kind::rtp)) return no_flow;
  local.port = uint16_t(even ? local.port + 1 : local.port - 1);
  // Blocks of ports begin at even ones: a pair has one owner and lies side by side.
  FlowIndex sibling = even ? flow + 1 : flow - 1;
  const FlowLine& line = table_.line(sibling);
  bool pair = line.is(FlowLine::open) && line.kind == (even ? Kind::rtcp : Kind::rtp) &&
              table_.detail(sibling).side.local == local;
  return pair ? sibling : no_flow;
}

/// What arrives at the port of a stream that it shares with its RTCP is one or the other (RFC 5761 4).
FlowIndex RelayEngine::carried_by(FlowIndex flow, std::span<const uint8_t> payload) const {
  if (!rtp::looks_like_rtcp(payload) || table_.line(flow).kind != Kind::rtp) return flow;
  if (!table_.detail(flow).side.muxed) return flow;
  const FlowIndex rtcp = sibling_of(flow);
  return rtcp == no_flow ? flow : rtcp;
}

Reason RelayEngine::check_rtp(FlowIndex flow, const Result<rtp::RtpPacket>& packet) {
  if (!packet) return packet.reason();
  const FlowLine& line = table_.line(flow);
  const uint8_t type = packet->payload_type;
  const bool agreed = line.payload_types[type / 64] >> (type % 64) & 1;
  if (!agreed && known_type(flow, type) == no_event_type) return Reason::media_payload_type;
  if (is_too_large(*packet, line.payload_max)) return Reason::media_size;
  rtp_ = {packet->payload_type, packet->sequence, packet->timestamp, packet->ssrc};
  return Reason::none;
}

/// GCRA (ITU-T I.371) on wrapping ticks. The arrival time is never further ahead than a burst when it is
/// written, so whatever looks further ahead is long past.
Reason RelayEngine::check_rate(uint32_t& arrival, uint16_t interval) const {
  uint32_t now = ticks_of(now_);
  uint32_t ahead = arrival - now;
  if (ahead > burst_ticks) ahead = 0;
  if (ahead + interval > burst_ticks) return Reason::media_rate;
  arrival = now + ahead + interval;
  return Reason::none;
}

void RelayEngine::accept(FlowIndex flow, const wire::Frame& frame, uint16_t payload_length) {
  const FlowLine& line = table_.line(flow);
  hear_from(flow, frame);
  if (line.kind == Kind::rtp) count_rtp(table_.stream(flow), table_.detail(flow), rtp_, now_);
  if (line.kind == Kind::rtcp && table_.detail(flow).seal == Seal::none) read_rtcp(flow);
  count(flow, payload_length);
}

void RelayEngine::count(FlowIndex flow, uint16_t payload_length) {
  StreamLine& stream = table_.stream(flow);
  stream.last_packet = ticks_of(now_);
  if (++stream.packets == 0) ++table_.detail(flow).packets_high;
  stream.bytes += payload_length;
  if (stream.bytes < payload_length) ++table_.detail(flow).bytes_high;
}

/// Of a flow at which one was accepted.
Instant RelayEngine::last_packet(FlowIndex flow) const {
  const int64_t ago = uint32_t(ticks_of(now_) - table_.stream(flow).last_packet);
  return {((now_.ns >> tick_shift) - ago) << tick_shift};
}

void RelayEngine::set_remote(FlowIndex flow, const Endpoint& remote) {
  FlowLine& line = table_.line(flow);
  line.remote_v4 = packed_v4(remote.address);
  line.remote_port = packed_port(remote.port);
  table_.addresses(flow).remote = remote.address;
}

void RelayEngine::set_egress_remote(FlowIndex flow, const Endpoint& remote) {
  FlowLine& line = table_.line(flow);
  line.egress_remote_v4 = packed_v4(remote.address);
  line.egress_remote_port = packed_port(remote.port);
  line.set(FlowLine::egress_known, true);
  line.next_hop = FlowLine::no_next_hop;
  table_.addresses(flow).egress_remote = remote.address;
}

Reason RelayEngine::why_not_sent(FlowIndex flow) const {
  const bool held_back = table_.detail(table_.detail(flow).peer).side.held_back;
  return held_back ? Reason::media_early : Reason::media_no_remote;
}

void RelayEngine::send_on(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame, Verdict& verdict) {
  const FlowLine& line = table_.line(flow);
  if (!line.is(FlowLine::egress_known)) {
    verdict.reason = why_not_sent(flow);
    return;
  }
  const Egress egress = egress_of(flow);
  if (line.kind == Kind::rtcp && table_.detail(flow).seal == Seal::none) {
    replace_payload(packet, frame, egress, {rtcp_.data(), rtcp_size_});
  } else if (line.is(FlowLine::attended) &&
             put_digit(flow, packet.payload_room(frame), frame.payload_length)) {
    rewrite_changed(packet, frame, egress, rtp::event_packet_size);
  } else {
    if (line.kind == Kind::rtp) renumber(flow, packet, frame);
    rewrite_headers(packet, frame, egress);
  }
  set_sent(verdict, flow);
}

void RelayEngine::set_sent(Verdict& verdict, FlowIndex flow) const {
  const FlowLine& line = table_.line(flow);
  verdict.realm = line.egress_realm;
  verdict.kind = line.kind;
  verdict.flow = flow;
}

Egress RelayEngine::egress_of(FlowIndex flow) const {
  const FlowLine& line = table_.line(flow);
  Egress egress{.v6 = line.is(FlowLine::egress_v6),
                .source = &line.egress_local_v4,
                .destination = &line.egress_remote_v4,
                .source_port = line.egress_local_port,
                .destination_port = line.egress_remote_port,
                .dscp = line.egress_dscp};
  if (egress.v6) {
    egress.source = &table_.addresses(flow).egress_local;
    egress.destination = &table_.addresses(flow).egress_remote;
  }
  return egress;
}

}  // namespace sbc::media
