// Context: what a transformer keeps of one direction of a stream (RFC 3711 3.2.1), and Channel: its RTP or
// RTCP.
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/srtp/master_key.h"
#include "dataplane/srtp/packet_parts.h"
#include "dataplane/srtp/streams.h"
#include "dataplane/srtp/transformer.h"

namespace sbc::cipher {

/// What is read and written of it for a packet of the stream that was heard last are its first two lines.
struct alignas(64) Channel {
  void* session = nullptr;  // none: not a part that the context is for
  uint64_t round = 0;       // the last in which it had a packet
  std::array<uint8_t, 16> salt{};
  srtp::Tail tail;
  srtp::Way way = srtp::Way::protect;
  bool unsettled = false;  // in that round: its packet may move what indices are estimated from
  srtp::Streams streams;
};

struct Context {
  Channel rtp, rtcp;
  uint32_t next_rtcp_index = 0;  // protecting
  // GCM, RTP: packets with sources or an extension need a session of their own. It is the last such packet's.
  uint16_t long_header = 0;
  void* long_session = nullptr;
  srtp::MasterKey key;

  Channel& channel(bool is_rtcp) { return is_rtcp ? rtcp : rtp; }
  const Channel& channel(bool is_rtcp) const { return is_rtcp ? rtcp : rtp; }
};

}  // namespace sbc::cipher
