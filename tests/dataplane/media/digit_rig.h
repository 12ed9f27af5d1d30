// DigitRig: a call whose caller speaks digits by INFO and whose callee by telephone-event, and the packets of
// both, 20 ms apart.
#pragma once

#include <string>

#include "dataplane/rtp/telephone_event.h"
#include "tests/dataplane/media/rig.h"

namespace sbc::media {

using namespace std::chrono_literals;

inline constexpr MediaPort callers_port{access, 0, 20000}, callees_port{core, 0, 20002};

inline Relay digit_relay() {
  Relay relay = plain_relay();
  for (Side& side : relay.sides) side.formats.add({0, rtp::Codec::g711, 8'000});
  relay.sides[0].payload_types = {1, 0};
  relay.sides[1].formats.add({101, rtp::Codec::telephone_event, 8'000});
  relay.sides[1].event_type = 101;
  relay.sides[1].tells_digits = true;
  return relay;
}

/// Of audio with the sequence numbers of rtp(): the piece that takes the place of the packet `sequence`, of a
/// digit that begins with the packet `first`.
struct Piece {
  uint16_t sequence = 1, first = 1;
  uint16_t duration = 160;
  bool end = false;
  uint8_t event = 5;
  uint8_t payload_type = 101;
  uint32_t ssrc = RtpFields{}.ssrc;
};
inline Bytes bytes_of(const Piece& piece) {
  Bytes bytes(16);
  bytes[0] = 0x80;
  bytes[1] = uint8_t((piece.sequence == piece.first) << 7 | piece.payload_type);
  store_be16(&bytes[2], piece.sequence);
  store_be32(&bytes[4], piece.first * 160u);
  store_be32(&bytes[8], piece.ssrc);
  bytes[12] = piece.event;
  bytes[13] = uint8_t(piece.end << 7 | 10);
  store_be16(&bytes[14], piece.duration);
  return bytes;
}

class DigitRig : public Rig {
 public:
  Sent from_caller(const Bytes& payload) { return step(access, caller, access_port, payload); }
  Sent from_callee(const Bytes& payload) { return step(core, callee, core_port, payload); }
  bool to_callee(Digit digit) { return engine.send_digit(callees_port, digit, now); }

  /// What leaves toward the callee, from the UDP header's end on.
  Bytes passed_by_caller(const Bytes& payload) {
    const Sent sent = from_caller(payload);
    EXPECT_EQ(sent.reason, Reason::none);
    if (sent.reason != Reason::none) return {};
    const size_t headers = (sent.packet[0] >> 4 == 6 ? wire::ipv6_size : wire::ipv4_size) + wire::udp_size;
    return {sent.packet.begin() + long(headers), sent.packet.end()};
  }
  /// Of each of the caller's audio packets what becomes of it: '.' passes, '#' a piece, 'E' one that ends.
  std::string become(uint16_t first, uint16_t last) {
    std::string seen;
    for (uint16_t sequence = first; sequence <= last; ++sequence) {
      const Bytes sent = passed_by_caller(rtp({.sequence = sequence}));
      const bool piece = sent.size() == rtp::event_packet_size;
      if (!piece) {
        EXPECT_EQ(sent, rtp({.sequence = sequence}));
      }
      seen += !piece ? '.' : sent[13] & 0x80 ? 'E' : '#';
    }
    return seen;
  }

 private:
  Sent step(RealmId realm, const Endpoint& from, const Endpoint& to, const Bytes& payload) {
    now = now + 20ms;
    return push(realm, from, to, payload);
  }
};

}  // namespace sbc::media
