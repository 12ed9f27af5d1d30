// FlowLine: what the fast path knows of one local media port: one cache line, the line of what is counted
// beside it (stream_line.h), and a third with whole addresses, for IPv6 and for what is rare.
//
// "remote" is who may send to this port. "egress" is where and as whom what arrives here leaves: copied from
// the other side when it latches, so that relaying a packet touches this flow alone. Addresses and ports are
// held as they stand in a packet (network order). Times are ticks of 2^16 ns in 32 bits: differences count,
// not values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "config/types/address.h"
#include "config/types/ids.h"
#include "dataplane/media/relay.h"
#include "dataplane/srtp/transformer.h"

namespace sbc::media {

struct alignas(64) FlowLine {
  static constexpr uint64_t no_next_hop = ~uint64_t(0);

  enum Flag : uint16_t {
    open = 1,
    latched = 2,       // a valid packet of one who may was accepted; remote is who
    source_fixed = 4,  // only remote may send: latched, or LatchRule::signalled
    egress_known = 8,  // egress_remote may be sent to
    local_v6 = 16,     // the family of this port's address
    egress_v6 = 32,
    unprotects = 64,  // what arrives here is SRTP
    protects = 128,   // it leaves as SRTP
    attended = 256,   // more is done with its packets than relaying them: Attention says what
  };

  uint16_t flags = 0;
  Kind kind = Kind::rtp;
  RealmId egress_realm = RealmId::none;
  uint8_t egress_dscp = 0;
  uint32_t remote_v4 = 0;
  uint32_t egress_remote_v4 = 0;
  uint32_t egress_local_v4 = 0;
  uint16_t remote_port = 0;
  uint16_t egress_remote_port = 0;
  uint16_t egress_local_port = 0;
  uint16_t interval = 0;     // ticks between packets at the highest sustained rate
  uint16_t payload_max = 0;  // bytes behind RTP's header
  uint64_t payload_types[2] = {};
  uint32_t rate_arrival = 0;        // ticks: GCRA's theoretical arrival time
  uint64_t next_hop = no_next_hop;  // of egress_remote; see RelayEngine::next_hop_of()

  bool is(Flag flag) const { return (flags & flag) != 0; }
  void set(Flag flag, bool on) { flags = uint16_t(on ? flags | flag : flags & ~flag); }
};
static_assert(sizeof(FlowLine) == 64 && std::is_trivially_copyable_v<FlowLine>);

/// The 16-byte forms. Both families have them; IPv4 to IPv4 does without. And the contexts of a flow that
/// unprotects or protects; none until there is a key.
struct alignas(64) FlowAddresses {
  IpAddress remote;
  IpAddress egress_remote;
  IpAddress egress_local;
  srtp::ContextId unprotect = srtp::no_context, protect = srtp::no_context;
  uint32_t unproven_arrival = 0;  // GCRA's arrival time of SRTP, before anybody knows whose it is
};
static_assert(sizeof(FlowAddresses) == 64);

/// What the RTCP of one side has told: of an RTCP flow.
struct RtcpView {
  /// A time that the other side answers with how long it lay there: the middle 32 bits of its NTP form.
  struct Stamp {
    std::optional<uint32_t> time;
    Instant passed{0};  // when it came by
  };
  Stamp sent;   // of its last sender report
  Stamp asked;  // of its last reference time as a receiver (RFC 3611 4.4)
  std::optional<Duration> round_trip;
  std::optional<FarView> far;
};

/// Of a port that latches anew, as its SDP has changed.
struct Relatch {
  bool begun = false;
  Endpoint former{};               // who had the latch before; port 0 = nobody
  std::optional<Instant> since{};  // the first packet of one who may latch
};

/// What ICE has selected: the latch of a side that has it.
struct Nomination {
  uint32_t priority = 0;  // RFC 8445 5.1.2: of the peer's candidate; 0 = any other is as good
  Instant last{0};        // when it was nominated, for the last time
};

/// Read and written now and then: at installation, at a latch, for a refused packet, for RTCP.
struct FlowDetail {
  uint64_t token = 0;
  uint64_t cname = 0;
  uint32_t peer = 0;       // flow index of the other side
  Side side;               // as installed
  Seal seal = Seal::none;  // likewise
  Instant awaited{0};      // since when somebody may latch
  Relatch relatch;
  Nomination nomination;
  uint32_t streams = 0;         // begun
  uint32_t clock_rate = 0;      // Hz, of the last payload type that keeps time; 0 = none has come
  uint32_t stray_ssrc = 0;      // of the last packet that did not follow the stream
  uint16_t stray_next = 0;      // and the sequence number that would follow it
  uint32_t first_sequence = 0;  // of the present one, extended
  uint64_t single_before = 0;   // received before it, doubles apart
  uint64_t lost_before = 0;     // lost before it
  uint64_t refused = 0, strangers = 0, too_many = 0;
  uint32_t packets_high = 0;
  uint32_t bytes_high = 0;
  uint8_t intrusions = 0;  // a bit each: told of
  // Of what costs more than a packet of media does: GCRA's arrival times.
  uint32_t check_arrival = 0;  // of connectivity checks
  uint32_t dtls_arrival = 0;   // of DTLS
  RtcpView rtcp;
};

}  // namespace sbc::media
