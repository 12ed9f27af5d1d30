// RelayEngine: one worker's media relay: admits a packet by realm, source, form and rate, learns where the
// far end really is (latching, RFC 7362), counts the stream, and rewrites the packet for the other side.
// Latching learns ports freely, addresses only among those that the signalling vouches for or the side's
// other sources have; RTCP's address is its stream's.
//
// Owned by one worker; both sides of a relay lie on its ports. Knows raw bytes only, no DPDK. Nothing is sent
// to an address that neither latched nor stood in the SDP. RTCP is rewritten so that no CNAME or other
// description of a host crosses (RFC 3550 section 6.5).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "config/types/reason.h"
#include "dataplane/bytes/big_endian.h"
#include "dataplane/media/digit.h"
#include "dataplane/media/flow_table.h"
#include "dataplane/media/relay.h"
#include "dataplane/media/rewrite.h"
#include "dataplane/media/stream_statistics.h"
#include "dataplane/rtp/packet.h"
#include "dataplane/rtp/rtcp.h"
#include "dataplane/wire/frame.h"

namespace sbc::media {

struct Verdict {
  Reason reason = Reason::none;      // none: send it
  RealmId realm = RealmId::none;     // out of which
  Kind kind = Kind::rtp;             // what it is
  Intrusion news = Intrusion::none;  // of a refusal: of a kind that was not told() at this port
  uint64_t token = 0;                // then, and with a digit: the relay's
  FlowIndex flow = no_flow;  // that has refused it, or whose egress it takes; no_flow: an answer of ours
  // Whatever the reason:
  std::optional<Digit> digit{};  // that this packet tells to have ended, of a side that tells_digits
  uint8_t late_digits = 0;       // of send_digit(), that have waited too long: Reason::media_digit_late
};

/// Which sources are shut out of a realm: what the owner's access rules say at present.
class SourceJudge {
 public:
  virtual ~SourceJudge() = default;
  virtual bool refuses(RealmId realm, const IpAddress& source) const = 0;
};

/// A packet at a port whose flow is secured, on its way through a burst.
struct SecuredPacket {
  FlowIndex flow = no_flow;
  PacketBuffer packet{};
  const wire::Frame* frame = nullptr;  // the parse of it
  uint16_t payload_length = 0;         // of UDP, as it changes on the way
  Verdict verdict{};
};
inline constexpr size_t secured_burst_max = 32;
/// Of SRTP so many times what its codec can need is looked at, so that who forges some cannot silence a call.
inline constexpr uint16_t unproven_share = 16;
/// Of RTP and of RTCP, each way.
inline constexpr uint32_t contexts_per_side = 4;

class RelayEngine final : public StatsReader {
 public:
  RelayEngine(const MediaRanges& ranges, WorkerId self, unsigned workers);

  /// Opens both ports, or changes what is open. A side whose remote and latch rule stay the same keeps its
  /// latch; any other one latches anew, and for some seconds its former remote gives way to who else may
  /// latch (relay_latch.cc). Counters go on while a port stays open. A port that was joined to one of these
  /// two is closed.
  void install(const Relay& relay, Instant now);
  /// Closes both ports; nothing where they are not joined to each other.
  void remove(Kind kind, const std::array<MediaPort, 2>& locals);

  /// From here on no refused source latches, and nothing goes to a refused address of an SDP. Without a judge
  /// nobody is refused.
  void judge_sources_by(const SourceJudge& judge) { judge_ = &judge; }
  /// The judge thinks anew: takes the latch from whom it refuses now, and media with it. One walk over the
  /// table, so only for a change of rules.
  void judge_again();

  /// From here on secured flows have their packets transformed by it. Without one nothing passes them.
  void transform_by(srtp::Transformer& transformer) { transformer_ = &transformer; }

  /// That kind of intrusion is no news any more, for as long as the port stays open.
  void told(FlowIndex flow, Intrusion kind);

  /// A digit for the side that has `local`, as telephone-event in the stream that flows there. False where
  /// that side takes none, or as many wait already as may.
  bool send_digit(const MediaPort& local, Digit digit, Instant now);
  /// From here on `tap`, which outlives that, sees what is accepted at the port, until the port is closed or
  /// another tap takes its place; nullptr: nobody does. False where the port is closed. RTCP that comes to
  /// its stream's port is seen at its own.
  bool tap(const MediaPort& local, Tap* tap);

  SideStats stats(const MediaPort& local) const override;

  /// For a port of this worker's (MediaRanges::locate(), port_owner()). Valid as long as the engine.
  FlowIndex flow_of(const MediaPort& local) const { return table_.index_of_port(local); }
  void prefetch(FlowIndex flow) const {
    table_.prefetch(flow);
    table_.prefetch_addresses(flow);
  }
  /// For a relay that is about to be installed: its lines are the memory's coldest, as ports rest for long.
  void prefetch(const Relay& relay) const {
    for (const Side& side : relay.sides) table_.prefetch_whole(flow_of(side.local));
  }

  /// Where a UDP datagram goes whose IP header is of the usual size, by nothing but its destination: its
  /// flow's lines are asked for. no_flow: any other packet, or no port of this worker's. `ip` is what the
  /// frame holds behind its Ethernet header.
  FlowIndex peek(RealmId realm, uint16_t ethertype, std::span<const uint8_t> ip) const;
  /// What nearly every packet is: the next one of an RTP stream that has latched. Does what relay() does for
  /// it, without a parse of the whole frame, and leaves the UDP checksum, which is corrected by what changes,
  /// to whoever receives it. Returns the packet as it leaves, to egress_realm(). Empty, and nothing is
  /// counted or changed, where anything is otherwise: relay() says what that is. `flow` and `ip` are
  /// peek()'s; in front of `ip` there is room for an IPv6 header's bytes that an IPv4 header has not.
  std::span<uint8_t> relay_steady(FlowIndex flow, std::span<uint8_t> ip, Instant now);
  /// The same of a flow that speaks SRTP, but for relay_secured(): of the packet nothing has to be judged
  /// before but its UDP checksum, which is made anew.
  bool is_steady_secured(FlowIndex flow, std::span<const uint8_t> ip) const;
  RealmId egress_realm(FlowIndex flow) const { return table_.line(flow).egress_realm; }
  /// Where whoever sends the flow's packets keeps what it found out about their next hop, in 64 bits of its
  /// own; FlowLine::no_next_hop whenever they go somewhere else.
  uint64_t& next_hop_of(FlowIndex flow) { return table_.line(flow).next_hop; }

  /// Relays the packet, or, where it is a connectivity check, makes our answer of it.
  /// `frame` is the parse of `packet`, whose headroom must hold an IPv6 header more than came in. Where the
  /// reason is none, `packet` begins at a finished IP header (TTL, DSCP and all checksums set) and the caller
  /// puts an Ethernet header in front; otherwise it is as it was.
  Verdict relay(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame, Instant now);

  /// Whether the packet is SRTP on either side: it goes by relay_secured() then, for relay() knows no keys.
  bool is_secured(FlowIndex flow, std::span<const uint8_t> payload) const {
    return (table_.line(flow).flags & (FlowLine::unprotects | FlowLine::protects)) != 0 &&
           !is_check(flow, payload);
  }
  /// relay() of up to secured_burst_max packets, which pass the transforms together; a refused one may have
  /// been decrypted. Order is kept. `verdict` is what has become of each.
  void relay_secured(std::span<SecuredPacket> burst, Instant now);

 private:
  static constexpr size_t rtcp_max = 1400;  // of a rewritten compound: fits any MTU we run on

  void open_flow(const Side& side, const Relay& relay, FlowIndex peer);
  void begin_counting(FlowIndex flow);
  void join(FlowIndex flow, FlowIndex peer, const Side& peer_side);
  void close(FlowIndex flow);
  void secure(FlowIndex flow, Kind kind, const SideKeys& own, const SideKeys& others, bool other_stays);
  void change_key(srtp::ContextId& context, srtp::Way way, Kind kind, const srtp::MasterKey& key,
                  bool counts_on);

  Verdict refuse(FlowIndex flow, Reason reason);
  Reason admit(FlowIndex flow, const PacketBuffer& packet, const wire::Frame& frame);
  Reason check_source(FlowIndex flow, const wire::Frame& frame) const;
  Reason check_content(FlowIndex flow, std::span<const uint8_t> payload, size_t room);
  bool is_from_remote(FlowIndex flow, const wire::Frame& frame) const;
  bool is_aimed(const Side& side) const;
  bool may_be_sent_to(const Side& side, const Endpoint& remote) const;
  bool refuses(const Side& side, const IpAddress& source) const;
  FlowIndex sibling_of(FlowIndex flow) const;
  FlowIndex carried_by(FlowIndex flow, std::span<const uint8_t> payload) const;
  Reason check_rtp(FlowIndex flow, const Result<rtp::RtpPacket>& packet);
  bool is_steady(FlowIndex flow, std::span<const uint8_t> ip, uint16_t also) const;
  Reason check_rate(FlowLine& line) const { return check_rate(line.rate_arrival, line.interval); }
  Reason check_rate(uint32_t& arrival, uint16_t interval) const;
  void accept(FlowIndex flow, const wire::Frame& frame, uint16_t payload_length);
  void count(FlowIndex flow, uint16_t payload_length);
  Instant last_packet(FlowIndex flow) const;
  void set_remote(FlowIndex flow, const Endpoint& remote);
  void set_egress_remote(FlowIndex flow, const Endpoint& remote);
  void read_rtcp(FlowIndex flow);
  void note_report(FlowIndex flow, const rtp::ReceptionReport& report);
  void note_metrics(FlowIndex flow, const rtp::VoipMetrics& metrics);
  void note_answer(FlowIndex flow, const RtcpView::Stamp& stamp, uint32_t time, uint32_t since_then);
  FlowIndex heard_by(FlowIndex flow, uint32_t ssrc) const;
  Egress egress_of(FlowIndex flow) const;
  Reason why_not_sent(FlowIndex flow) const;
  void set_sent(Verdict& verdict, FlowIndex flow) const;
  void send_on(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame, Verdict& verdict);

  // relay_latch.cc
  enum class Claim : uint8_t { named, other, former };  // the best one first
  bool may_latch(FlowIndex flow, const wire::Frame& frame) const;
  bool is_in_window(FlowIndex flow) const;
  bool may_take_latch(FlowIndex flow, const wire::Frame& frame) const;
  Endpoint remote_of(FlowIndex flow) const {
    return {table_.addresses(flow).remote, packed_port(table_.line(flow).remote_port)};
  }
  Claim claim_of(FlowIndex flow, const Endpoint& source) const;
  bool is_asymmetric(FlowIndex flow) const;
  void hear_from(FlowIndex flow, const wire::Frame& frame);
  void begin_relatch(FlowIndex flow);
  void latch(FlowIndex flow, const Endpoint& remote);
  void await_latch(FlowIndex flow);
  void unlatch(FlowIndex flow);

  // relay_checks.cc
  bool is_check(FlowIndex flow, std::span<const uint8_t> payload) const;
  void nominate(FlowIndex flow, const wire::Frame& frame, uint32_t priority);
  bool is_dead(FlowIndex flow) const;
  Verdict answer_check(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame);

  // relay_attended.cc
  void attend(FlowIndex flow);
  Verdict hear(FlowIndex flow, std::span<const uint8_t> payload);
  bool put_digit(FlowIndex flow, std::span<uint8_t> room, uint16_t size);
  uint8_t known_type(FlowIndex flow, uint8_t payload_type) const;
  bool renumber(FlowIndex flow, std::span<uint8_t> payload) const;
  void renumber(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame) const;

  // relay_sealed.cc
  Reason check_sealed(FlowIndex flow, std::span<const uint8_t> payload);
  bool is_dtls(FlowIndex flow, std::span<const uint8_t> payload) const;
  Verdict relay_dtls(FlowIndex flow, PacketBuffer& packet, const wire::Frame& frame);

  // relay_secured.cc
  Reason enter(SecuredPacket& packet);
  Reason take_content(SecuredPacket& packet);
  void make_ready(SecuredPacket& packet);
  void transform(std::span<SecuredPacket> burst, srtp::Way way);
  void fail(SecuredPacket& packet, srtp::Way way, Reason reason);

  const MediaRanges& ranges_;
  FlowTable table_;
  const SourceJudge* judge_ = nullptr;
  srtp::Transformer* transformer_ = nullptr;
  Instant now_{0};  // of the last packet
  // What admit() found in the packet at hand.
  RtpFacts rtp_;
  std::array<uint8_t, rtcp_max> rtcp_;
  size_t rtcp_size_ = 0;
};

}  // namespace sbc::media
