// FlowLine: what the fast path knows of one local media port: one cache line, and a second beside it that
// only IPv6 reads.
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

namespace sbc::media {

struct alignas(64) FlowLine {
  enum Flag : uint8_t {
    open = 1,
    latched = 2,       // a valid packet of one who may was accepted; remote is who
    source_fixed = 4,  // only remote may send: latched, or LatchRule::signalled
    egress_known = 8,  // egress_remote may be sent to
    local_v6 = 16,     // the family of this port's address
    egress_v6 = 32,
    stream_known = 64,  // ssrc and sequence are a stream's
  };

  uint8_t flags = 0;
  Kind kind = Kind::rtp;
  RealmId egress_realm = RealmId::none;
  uint8_t egress_dscp = 0;
  uint32_t remote_v4 = 0;
  uint32_t egress_remote_v4 = 0;
  uint32_t egress_local_v4 = 0;
  uint16_t remote_port = 0;
  uint16_t egress_remote_port = 0;
  uint16_t egress_local_port = 0;
  uint16_t interval = 0;  // ticks between packets at the highest sustained rate
  uint64_t payload_types[2] = {};
  uint32_t ssrc = 0;
  uint32_t sequence = 0;      // highest received, extended by its cycles (RFC 3550 A.1)
  uint32_t rate_arrival = 0;  // ticks: GCRA's theoretical arrival time
  uint32_t last_packet = 0;   // ticks
  uint32_t packets = 0;       // low halves; FlowDetail has the high ones
  uint32_t bytes = 0;

  bool is(Flag flag) const { return (flags & flag) != 0; }
  void set(Flag flag, bool on) { flags = uint8_t(on ? flags | flag : flags & ~flag); }
};
static_assert(sizeof(FlowLine) == 64 && std::is_trivially_copyable_v<FlowLine>);

/// The 16-byte forms. Both families have them; IPv4 to IPv4 does without.
struct alignas(64) FlowAddresses {
  IpAddress remote;
  IpAddress egress_remote;
  IpAddress egress_local;
};
static_assert(sizeof(FlowAddresses) == 64);

/// Read and written now and then: at installation, at a latch, for a refused packet.
struct FlowDetail {
  uint64_t token = 0;
  uint64_t cname = 0;
  uint32_t peer = 0;            // flow index of the other side
  Side side;                    // as installed
  uint32_t first_sequence = 0;  // of the present stream, extended
  uint64_t packets_before = 0;  // received before it
  uint64_t lost_before = 0;     // lost before it
  uint64_t refused = 0;
  uint32_t packets_high = 0;
  uint32_t bytes_high = 0;
};

}  // namespace sbc::media
